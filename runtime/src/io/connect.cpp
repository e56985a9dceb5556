// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Attempts to connect to several addresses, in turn or as a race.
#include <aio/io/connect.h>

#include <algorithm>
#include <cerrno>
#include <memory>

#include <aio/core/wait_until.h>

namespace aio::detail {

namespace {

[[noreturn]] void throw_all(const std::vector<std::system_error> &errors) {
  const bool same = std::all_of(errors.begin(), errors.end(),
                                [&](const auto &e) { return std::string(e.what()) == errors.front().what(); });
  if (same)
    throw errors.front();
  std::string text = "Multiple exceptions";
  for (const std::system_error &e : errors)
    text += std::string("; ") + e.what();
  throw std::system_error(errors.front().code(), text);
}

/// Binds the socket to the first source address of the target's family that works.
void bind_to_one(int fd, const std::vector<raw_address> &sources, const raw_address &target) {
  int error = EADDRNOTAVAIL;
  std::string text = "no local address for " + target.readable().text();
  for (const raw_address &source : sources) {
    if (source.storage.ss_family != target.storage.ss_family)
      continue;
    if (::bind(fd, source.get(), source.length) == 0)
      return;
    error = errno;
    text = "error while attempting to bind on address " + source.readable().text();
  }
  throw_errno(error, text);
}

using shared_plan = std::shared_ptr<const connect_plan>;

coro<unique_fd> connect_to(shared_plan plan, std::size_t index) {
  const raw_address &target = plan->targets[index];
  unique_fd fd = stream_socket(target.storage.ss_family);
  if (plan->bound)
    bind_to_one(fd.get(), plan->sources, target);
  co_await connect_socket(fd.get(), target);
  co_return fd;
}

/// The attempts of one race. When it ends all of them are over, unless it is cancelled again during its end.
class race {
public:
  explicit race(shared_plan plan) noexcept : plan_(std::move(plan)) {}

  /// Ends with a winner, or when all attempts have failed.
  coro<void> run() {
    while (!winner_ && (next_ < plan_->targets.size() || !running_.empty())) {
      if (next_ < plan_->targets.size())
        running_.push_back(create_task(connect_to(plan_, next_++), {}, std::source_location()));
      const bool more = next_ < plan_->targets.size();
      co_await wait_until(attempts(), more ? maybe_duration(plan_->delay) : maybe_duration(),
                          return_when::first_completed);
      judge_finished();
    }
  }
  /// Cancels the attempts that still run, and waits for their ends.
  coro<void> call_off() {
    if (running_.empty())
      co_return;
    for (const task<unique_fd> &attempt : running_)
      attempt.cancel();
    co_await wait_until(attempts(), {}, return_when::all_completed);
    running_.clear();
  }
  unique_fd take_winner() noexcept { return std::move(winner_); }
  const std::vector<std::system_error> &errors() const noexcept { return errors_; }

private:
  future_list attempts() const {
    future_list futures;
    for (const task<unique_fd> &attempt : running_)
      futures.push_back(attempt.shared());
    return futures;
  }
  void judge_finished() {
    for (auto attempt = running_.begin(); attempt != running_.end();) {
      if (!attempt->done()) {
        ++attempt;
        continue;
      }
      const task<unique_fd> finished = std::move(*attempt);
      attempt = running_.erase(attempt);
      judge(finished);
    }
  }
  void judge(const task<unique_fd> &attempt) {
    try {
      unique_fd &fd = attempt.result();
      if (!winner_)
        winner_ = std::move(fd);
    } catch (const std::system_error &e) {
      errors_.push_back(e);
    }
  }
  shared_plan plan_;
  std::size_t next_ = 0;
  std::vector<task<unique_fd>> running_;
  unique_fd winner_;
  std::vector<std::system_error> errors_;
};

coro<unique_fd> connect_side_by_side(shared_plan plan) {
  race attempts(std::move(plan));
  std::exception_ptr interrupted;
  try {
    co_await attempts.run();
  } catch (...) {
    interrupted = std::current_exception();
  }
  co_await attempts.call_off();
  if (interrupted)
    std::rethrow_exception(interrupted);
  unique_fd winner = attempts.take_winner();
  if (!winner)
    throw_all(attempts.errors());
  co_return winner;
}

} // namespace

void interleave_families(std::vector<raw_address> &addresses, std::size_t first_family_count) {
  std::vector<std::vector<raw_address>> families;
  for (const raw_address &each : addresses) {
    const auto same = [&](const auto &family) { return family[0].storage.ss_family == each.storage.ss_family; };
    const auto found = std::find_if(families.begin(), families.end(), same);
    if (found == families.end())
      families.push_back({each});
    else
      found->push_back(each);
  }
  const std::size_t total = addresses.size();
  addresses.clear();
  std::vector<std::size_t> taken(families.size());
  while (!families.empty() && taken[0] + 1 < first_family_count && taken[0] < families[0].size())
    addresses.push_back(families[0][taken[0]++]);
  while (addresses.size() < total)
    for (std::size_t i = 0; i < families.size(); ++i)
      if (taken[i] < families[i].size())
        addresses.push_back(families[i][taken[i]++]);
}

coro<unique_fd> connect_to_first(connect_plan plan) {
  const auto shared = std::make_shared<const connect_plan>(std::move(plan));
  if (shared->delay > duration::zero() && shared->targets.size() > 1)
    co_return co_await connect_side_by_side(shared);
  std::vector<std::system_error> errors;
  for (std::size_t i = 0; i < shared->targets.size(); ++i) {
    try {
      co_return co_await connect_to(shared, i);
    } catch (const std::system_error &e) {
      errors.push_back(e);
    }
  }
  throw_all(errors);
}

} // namespace aio::detail
