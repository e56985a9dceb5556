// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The loop's time: nanoseconds on a steady clock, with conversions that handle NaN and overflow.
#pragma once

#include <chrono>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <type_traits>

#include <aio/core/errors.h>

namespace aio {

using duration = std::chrono::nanoseconds;
using time_point = std::chrono::time_point<std::chrono::steady_clock, duration>;

namespace detail {

template <class N>
concept number = std::is_arithmetic_v<N>;
/// Fails to compile with a hint for `sleep(1)`: the unit is missing.
template <class N> constexpr void refuse_number() {
  static_assert(!number<N>, "a duration needs a unit: 1s, 500ms (using namespace std::chrono_literals)");
}

/// Converts any chrono duration to the loop's, saturating at the ends of its range.
///
/// **Errors** value_error if the duration is not a number.
template <class Rep, class Period> duration to_duration(std::chrono::duration<Rep, Period> d) {
  if constexpr ((std::is_same_v<Rep, std::int64_t> || std::is_same_v<Rep, int>) && Period::den <= 1'000'000'000) {
    // The same without floating point, because every sleep comes here.
    constexpr std::int64_t most = 9'000'000'000 * Period::den / Period::num;
    if (const std::int64_t count = d.count(); count <= most && count >= -most) [[likely]]
      return std::chrono::duration_cast<duration>(d);
  }
  if constexpr (std::is_floating_point_v<Rep>) {
    if (std::isnan(d.count()))
      throw value_error("Invalid delay: NaN (not a number)");
  }
  const double seconds = std::chrono::duration<double>(d).count();
  constexpr double limit = 9.0e9;
  if (seconds > limit)
    return std::chrono::seconds(static_cast<long long>(limit));
  if (seconds < -limit)
    return -std::chrono::seconds(static_cast<long long>(limit));
  if constexpr (std::is_floating_point_v<Rep>)
    return duration(std::llround(seconds * 1e9));
  else
    return std::chrono::duration_cast<duration>(d);
}

} // namespace detail

/// An optional delay: `std::nullopt` waits without limit.
class maybe_duration {
public:
  maybe_duration() noexcept = default;
  maybe_duration(std::nullopt_t) noexcept {}
  template <class Rep, class Period>
  maybe_duration(std::chrono::duration<Rep, Period> d) : value_(detail::to_duration(d)) {}
  template <detail::number N> maybe_duration(N) { detail::refuse_number<N>(); }
  explicit operator bool() const noexcept { return value_.has_value(); }
  duration operator*() const noexcept { return *value_; }

private:
  std::optional<duration> value_;
};

} // namespace aio
