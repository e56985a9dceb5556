// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// The virtual clock and the seeded scheduler of testing.h.
#include <aio/testing.h>

#include <utility>
#include <vector>

namespace aio::testing {

void virtual_loop::idle(std::optional<duration> timeout) {
  if (timeout) {
    if (*timeout > duration::zero())
      now_ += *timeout;
    if (watches_descriptors())
      poll(duration::zero());
    return;
  }
  if (options_.detect_deadlock && !watches_descriptors() && anchor().external() == 0 && !anchor().has_mail())
    throw deadlock_error("deadlock: tasks are pending and nothing can wake the loop");
  poll(std::nullopt);
}

void virtual_loop::arrange(detail::intrusive_list<detail::ready_entry> &batch) {
  if (options_.seed == 0)
    return;
  std::vector<detail::ready_entry *> all;
  std::vector<std::size_t> steps;
  while (detail::ready_entry *entry = batch.pop_front()) {
    if (entry->entry_kind() == detail::ready_entry::kind::task)
      steps.push_back(all.size());
    all.push_back(entry);
  }
  for (std::size_t i = steps.size(); i > 1; --i) {
    // xorshift64*, which gives the same numbers on every platform.
    random_ ^= random_ >> 12;
    random_ ^= random_ << 25;
    random_ ^= random_ >> 27;
    const std::uint64_t number = random_ * 0x2545F4914F6CDD1DULL;
    std::swap(all[steps[i - 1]], all[steps[number % i]]);
  }
  for (detail::ready_entry *entry : all)
    batch.push_back(*entry);
}

std::function<std::unique_ptr<event_loop>()> virtual_time(options o) {
  return [o]() -> std::unique_ptr<event_loop> { return std::make_unique<virtual_loop>(o); };
}

void block_for(duration time) {
  auto *loop = dynamic_cast<virtual_loop *>(&get_running_loop());
  if (!loop)
    throw runtime_error("block_for needs a virtual clock");
  loop->advance(time);
}

} // namespace aio::testing
