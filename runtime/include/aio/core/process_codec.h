// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The encoding of arguments and results between processes of the same program on the same machine.
#pragma once

#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

namespace aio {

/// Reads what a process_codec wrote. **Errors** std::out_of_range if the bytes end too early.
class byte_source {
public:
  explicit byte_source(std::string_view bytes) noexcept : bytes_(bytes) {}
  std::string_view take(std::size_t n) {
    if (n > bytes_.size())
      throw std::out_of_range("truncated message between processes");
    const std::string_view part = bytes_.substr(0, n);
    bytes_.remove_prefix(n);
    return part;
  }

private:
  std::string_view bytes_;
};

/// Turns values of T into bytes and back. Specialise it, with the same two functions, for types of your own.
///
/// Provided for trivially copyable types, std::string, and vector, map, optional, pair and tuple of encodable types.
template <class T> struct process_codec {
  static_assert(std::is_trivially_copyable_v<T>, "specialise aio::process_codec for this type");
  static_assert(!std::is_pointer_v<T> && !std::is_reference_v<T> && !std::is_member_pointer_v<T>,
                "an address means nothing in another process");
  static void write(std::string &out, const T &value) {
    out.append(reinterpret_cast<const char *>(std::addressof(value)), sizeof(T));
  }
  static T read(byte_source &in) {
    std::remove_const_t<T> value;
    std::memcpy(static_cast<void *>(std::addressof(value)), in.take(sizeof(T)).data(), sizeof(T));
    return value;
  }
};

template <> struct process_codec<std::monostate> {
  static void write(std::string &, std::monostate) {}
  static std::monostate read(byte_source &) { return {}; }
};

template <> struct process_codec<std::string> {
  static void write(std::string &out, const std::string &value) {
    process_codec<std::uint64_t>::write(out, value.size());
    out.append(value);
  }
  static std::string read(byte_source &in) {
    const auto size = process_codec<std::uint64_t>::read(in);
    return std::string(in.take(size));
  }
};

template <class T> struct process_codec<std::vector<T>> {
  static void write(std::string &out, const std::vector<T> &values) {
    process_codec<std::uint64_t>::write(out, values.size());
    for (const auto &value : values)
      process_codec<T>::write(out, value);
  }
  static std::vector<T> read(byte_source &in) {
    std::vector<T> values;
    for (auto left = process_codec<std::uint64_t>::read(in); left > 0; --left)
      values.push_back(process_codec<T>::read(in));
    return values;
  }
};

template <class K, class V> struct process_codec<std::map<K, V>> {
  static void write(std::string &out, const std::map<K, V> &values) {
    process_codec<std::uint64_t>::write(out, values.size());
    for (const auto &[key, value] : values) {
      process_codec<K>::write(out, key);
      process_codec<V>::write(out, value);
    }
  }
  static std::map<K, V> read(byte_source &in) {
    std::map<K, V> values;
    for (auto left = process_codec<std::uint64_t>::read(in); left > 0; --left) {
      K key = process_codec<K>::read(in);
      values.emplace(std::move(key), process_codec<V>::read(in));
    }
    return values;
  }
};

template <class T> struct process_codec<std::optional<T>> {
  static void write(std::string &out, const std::optional<T> &value) {
    process_codec<bool>::write(out, value.has_value());
    if (value)
      process_codec<T>::write(out, *value);
  }
  static std::optional<T> read(byte_source &in) {
    if (!process_codec<bool>::read(in))
      return std::nullopt;
    return process_codec<T>::read(in);
  }
};

template <class... Ts> struct process_codec<std::tuple<Ts...>> {
  static void write(std::string &out, const std::tuple<Ts...> &values) {
    std::apply([&](const auto &...items) { (process_codec<Ts>::write(out, items), ...); }, values);
  }
  static std::tuple<Ts...> read([[maybe_unused]] byte_source &in) {
    // Braces guarantee the order of evaluation.
    return std::tuple<Ts...>{process_codec<Ts>::read(in)...};
  }
};

template <class A, class B> struct process_codec<std::pair<A, B>> {
  static void write(std::string &out, const std::pair<A, B> &value) {
    process_codec<A>::write(out, value.first);
    process_codec<B>::write(out, value.second);
  }
  static std::pair<A, B> read(byte_source &in) {
    A first = process_codec<A>::read(in);
    return {std::move(first), process_codec<B>::read(in)};
  }
};

} // namespace aio
