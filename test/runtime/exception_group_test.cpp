// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Exception groups: their texts, and how they are split, as PEP 654 describes.
#include "support.h"

namespace {

std::exception_ptr test(std::string what) { return std::make_exception_ptr(test_error(what)); }
std::exception_ptr other(std::string what) { return std::make_exception_ptr(other_error(what)); }
std::exception_ptr inner(std::string message, std::vector<std::exception_ptr> errors) {
  return std::make_exception_ptr(aio::exception_group(std::move(message), std::move(errors)));
}
/// "outer[a,inner[b,c]]".
std::string shape(const std::optional<aio::exception_group> &group) {
  if (!group)
    return "none";
  std::string text = group->message() + "[";
  for (const auto &error : group->exceptions()) {
    text += text.back() == '[' ? "" : ",";
    try {
      std::rethrow_exception(error);
    } catch (const aio::exception_group &g) {
      text += shape(g);
    } catch (...) {
      text += text_of(error);
    }
  }
  return text + "]";
}
const aio::exception_group &mixed() {
  static const aio::exception_group group("outer", {test("t1"), inner("inner", {other("o2"), test("t3")}), other("o4"),
                                                    inner("deep", {inner("deeper", {test("t5")})})});
  return group;
}

} // namespace

TEST(exception_group, says_what_it_holds) {
  EXPECT_STREQ(aio::exception_group("all", {test("a")}).what(), "all (1 sub-exception: test_error: a)");
  EXPECT_STREQ(aio::exception_group("all", {test("a"), other("b")}).what(),
               "all (2 sub-exceptions: test_error: a; other_error: b)");
  EXPECT_EQ(mixed().message(), "outer");
  EXPECT_EQ(mixed().exceptions().size(), 4U);
  EXPECT_THROW(aio::exception_group("nothing", {}), aio::value_error);
}

TEST(exception_group, is_split_by_type_and_keeps_its_shape) {
  const auto [tests, rest] = mixed().split<test_error>();
  EXPECT_EQ(shape(tests), "outer[t1,inner[t3],deep[deeper[t5]]]");
  EXPECT_EQ(shape(rest), "outer[inner[o2],o4]");
  EXPECT_EQ(shape(mixed().subgroup<other_error>()), "outer[inner[o2],o4]");
  // All of one kind, and none.
  const auto [errors, none] = mixed().split<std::runtime_error>();
  EXPECT_EQ(shape(errors), "outer[t1,inner[o2,t3],o4,deep[deeper[t5]]]");
  EXPECT_EQ(none, std::nullopt);
  EXPECT_EQ(mixed().split<std::bad_alloc>().first, std::nullopt);
  EXPECT_EQ(shape(mixed().split<std::bad_alloc>().second), shape(mixed()));
  EXPECT_TRUE(mixed().contains<test_error>());
  EXPECT_FALSE(mixed().contains<std::bad_alloc>());
}

TEST(exception_group, is_split_by_a_predicate) {
  const auto [late, early] = mixed().split_if([](const std::exception_ptr &e) { return text_of(e) > "o3"; });
  EXPECT_EQ(shape(late), "outer[t1,inner[t3],o4,deep[deeper[t5]]]");
  EXPECT_EQ(shape(early), "outer[inner[o2]]");
}

TEST(exception_group, a_group_inside_is_asked_for_its_leaves) {
  // A group is a std::exception; a cancellation in it is not.
  const aio::exception_group group(
      "outer", {inner("inner", {test("t"), std::make_exception_ptr(aio::cancelled_error("stop"))})});
  const auto [errors, rest] = group.split<std::exception>();
  EXPECT_EQ(shape(errors), "outer[inner[t]]");
  EXPECT_EQ(shape(rest), "outer[inner[cancelled:stop]]");
  // Groups are leaves only if groups are asked for.
  EXPECT_EQ(shape(group.subgroup<aio::exception_group>()), shape(group));
  EXPECT_EQ(group.split<aio::exception_group>().second, std::nullopt);
}

TEST(exception_group, handles_one_type_and_gives_the_others) {
  log_t log;
  const auto rest = mixed().handle<test_error>([&](const test_error &e) { log.push_back(e.what()); });
  EXPECT_EQ(log, (log_t{"t1", "t3", "t5"}));
  EXPECT_EQ(shape(rest), "outer[inner[o2],o4]");
  log.clear();
  EXPECT_EQ(rest->handle<std::exception>([&](const std::exception &e) { log.push_back(e.what()); }), std::nullopt);
  EXPECT_EQ(log, (log_t{"o2", "o4"}));
  mixed().for_each_leaf([&](const std::exception_ptr &e) { log.push_back(text_of(e)); });
  EXPECT_EQ(log, (log_t{"o2", "o4", "t1", "o2", "t3", "o4", "t5"}));
}

TEST(exception_group, of_a_task_group_is_handled_where_it_is_caught) {
  on_loop([]() -> coro<> {
    std::optional<aio::exception_group> left;
    std::string handled;
    try {
      co_await aio::async_with(aio::task_group(), [](aio::task_group &tg) -> coro<> {
        tg.create_task(fail_after(1, "a"));
        tg.create_task([]() -> coro<> {
          co_await aio::sleep(1s);
          throw other_error("b");
        }());
        co_return;
      });
    } catch (const aio::exception_group &group) {
      left = group.handle<test_error>([&](const test_error &e) { handled = e.what(); });
    }
    EXPECT_EQ(handled, "a");
    EXPECT_EQ(shape(left), "unhandled errors in a TaskGroup[b]");
  });
}
