// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Splitting and printing exception groups.
#include <aio/core/exception_group.h>

namespace aio {

namespace {
/// The group in an exception pointer, if it is one.
std::optional<exception_group> as_group(const std::exception_ptr &error) {
  try {
    std::rethrow_exception(error);
  } catch (const exception_group &group) {
    return group;
  } catch (...) {
    return std::nullopt;
  }
}
} // namespace

exception_group::exception_group(std::string message, std::vector<std::exception_ptr> exceptions)
    : message_(std::move(message)), exceptions_(std::move(exceptions)) {
  if (exceptions_.empty())
    throw value_error("an exception group needs at least one exception");
  text_ = message_ + " (" + std::to_string(exceptions_.size()) +
          (exceptions_.size() == 1 ? " sub-exception: " : " sub-exceptions: ");
  for (std::size_t i = 0; i < exceptions_.size(); ++i)
    text_ += (i ? "; " : "") + detail::describe(exceptions_[i]);
  text_ += ")";
}

exception_group::halves exception_group::split_if(const predicate &matches) const {
  std::vector<std::exception_ptr> yes;
  std::vector<std::exception_ptr> no;
  for (const std::exception_ptr &error : exceptions_) {
    if (matches(error)) {
      yes.push_back(error);
    } else if (auto group = as_group(error)) {
      halves parts = group->split_if(matches);
      if (parts.first)
        yes.push_back(std::make_exception_ptr(*parts.first));
      if (parts.second)
        no.push_back(std::make_exception_ptr(*parts.second));
    } else {
      no.push_back(error);
    }
  }
  halves result;
  if (!yes.empty())
    result.first.emplace(message_, std::move(yes));
  if (!no.empty())
    result.second.emplace(message_, std::move(no));
  return result;
}

void exception_group::throw_leaf(const std::exception_ptr &error) {
  try {
    std::rethrow_exception(error);
  } catch (const exception_group &) { // NOLINT(bugprone-empty-catch): its leaves are tested one by one
  }
}

void exception_group::for_each_leaf(const std::function<void(const std::exception_ptr &)> &visit) const {
  for (const std::exception_ptr &error : exceptions_) {
    if (auto group = as_group(error))
      group->for_each_leaf(visit);
    else
      visit(error);
  }
}

} // namespace aio
