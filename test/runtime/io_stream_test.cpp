// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// stream_reader, fed by hand.
#include "support.h"

namespace {

aio::stream_reader fed(std::initializer_list<std::string_view> parts, std::size_t limit = aio::default_stream_limit) {
  aio::stream_reader reader(limit);
  for (std::string_view part : parts)
    reader.feed_data(part);
  return reader;
}

} // namespace

// conformance: streams-001
TEST(stream_reader, read_gives_what_is_there) {
  on_loop([]() -> coro<> {
    auto reader = fed({"line1\nline2"});
    EXPECT_EQ(co_await reader.read(1000), "line1\nline2");
    reader.feed_data("more");
    EXPECT_EQ(co_await reader.read(0), "");
    EXPECT_EQ(co_await reader.read(2), "mo");
    auto all = aio::create_task(reader.read());
    co_await ticks(2);
    EXPECT_FALSE(all.done());
    reader.feed_data(" and more");
    co_await ticks(2);
    reader.feed_eof();
    EXPECT_EQ(co_await all, "re and more");
    EXPECT_TRUE(reader.at_eof());
    EXPECT_EQ(co_await reader.read(3), "");
  });
}

TEST(stream_reader, read_waits_for_the_first_bytes) {
  on_loop([]() -> coro<> {
    auto reader = fed({});
    auto waiting = aio::create_task(reader.read(10));
    co_await ticks(2);
    EXPECT_FALSE(waiting.done());
    reader.feed_data("x");
    reader.feed_data("y");
    EXPECT_EQ(co_await waiting, "xy");
  });
}

TEST(stream_reader, limit_must_be_positive) { EXPECT_THROW(aio::stream_reader(0), aio::value_error); }

TEST(stream_reader, readline_ends_at_newline_or_end) {
  on_loop([]() -> coro<> {
    auto reader = fed({"chunk1 ", "chunk2 ", "chunk3\nrest\n", "tail"});
    EXPECT_EQ(co_await reader.readline(), "chunk1 chunk2 chunk3\n");
    EXPECT_EQ(co_await reader.readline(), "rest\n");
    reader.feed_eof();
    EXPECT_EQ(co_await reader.readline(), "tail");
    EXPECT_EQ(co_await reader.readline(), "");
  });
}

TEST(stream_reader, lines_are_iterated) {
  on_loop([]() -> coro<> {
    auto reader = fed({"a\nb\nc"});
    reader.feed_eof();
    log_t lines;
    AIO_FOR_CO_AWAIT(auto line, reader) { lines.push_back(line); }
    EXPECT_EQ(lines, (log_t{"a\n", "b\n", "c"}));
  });
}

// conformance: streams-003
TEST(stream_reader, readline_over_the_limit_drops_the_buffer) {
  on_loop([]() -> coro<> {
    auto reader = fed({"li", "ne1\nline2\n"}, 3);
    EXPECT_EQ(co_await ending(reader.readline()), "Separator is found, but chunk is longer than limit");
    // The long line was dropped, the next one is still there.
    EXPECT_EQ(co_await ending(reader.readline()), "Separator is found, but chunk is longer than limit");
    EXPECT_EQ(co_await reader.read(0), "");
    auto endless = fed({"far too long"}, 3);
    EXPECT_EQ(co_await ending(endless.readline()), "Separator is not found, and chunk exceed the limit");
    endless.feed_data("z");
    EXPECT_EQ(co_await endless.read(10), "z");
    auto typed = fed({"far too long"}, 3);
    EXPECT_THROW(co_await typed.readline(), aio::value_error);
  });
}

// conformance: streams-004
TEST(stream_reader, readline_counts_the_line_without_its_newline) {
  on_loop([]() -> coro<> {
    auto reader = fed({"1234567\n"}, 7);
    EXPECT_EQ(co_await reader.readline(), "1234567\n");
    reader.feed_data("12345678\n");
    EXPECT_THROW(co_await reader.readline(), aio::value_error);
    EXPECT_EQ(co_await reader.read(0), "");
    EXPECT_FALSE(reader.at_eof());
    reader.feed_eof();
    EXPECT_TRUE(reader.at_eof());
  });
}

// conformance: streams-006
TEST(stream_reader, readuntil_over_the_limit_keeps_the_buffer) {
  on_loop([]() -> coro<> {
    auto missing = fed({"some dataAA"}, 3);
    EXPECT_EQ(co_await ending(missing.readuntil("AAA")), "Separator is not found, and chunk exceed the limit");
    missing.feed_data("A");
    EXPECT_EQ(co_await ending(missing.readuntil("AAA")), "Separator is found, but chunk is longer than limit");
    try {
      co_await missing.readuntil("AAA");
      ADD_FAILURE();
    } catch (const aio::limit_overrun_error &e) {
      EXPECT_EQ(e.consumed(), 9U);
    }
    EXPECT_EQ(co_await missing.read(100), "some dataAAA");
  });
}

TEST(stream_reader, iterating_stops_at_a_line_over_the_limit) {
  on_loop([]() -> coro<> {
    auto reader = fed({"ab\ncdefghij\nk"}, 4);
    reader.feed_eof();
    EXPECT_FALSE(reader.at_eof());
    log_t lines;
    try {
      AIO_FOR_CO_AWAIT(auto line, reader) { lines.push_back(line); }
      ADD_FAILURE();
    } catch (const aio::value_error &e) {
      EXPECT_STREQ(e.what(), "Separator is found, but chunk is longer than limit");
    }
    EXPECT_EQ(lines, log_t{"ab\n"});
    EXPECT_EQ(co_await reader.read(), "k");
    EXPECT_TRUE(reader.at_eof());
  });
}

TEST(stream_reader, the_limit_is_for_separators_only) {
  on_loop([]() -> coro<> {
    auto reader = fed({"abcdefg"}, 3);
    EXPECT_EQ(co_await reader.readexactly(5), "abcde");
    EXPECT_EQ(co_await reader.read(2), "fg");
    // The limit is checked before the end of the stream.
    reader.feed_data("abcdefg");
    reader.feed_eof();
    try {
      co_await reader.readuntil("zz");
      ADD_FAILURE();
    } catch (const aio::limit_overrun_error &e) {
      EXPECT_EQ(e.consumed(), 6U);
    }
    EXPECT_EQ(co_await ending(reader.readline()), "Separator is not found, and chunk exceed the limit");
    EXPECT_TRUE(reader.at_eof());
  });
}

TEST(stream_reader, the_end_wakes_every_kind_of_read) {
  on_loop([]() -> coro<> {
    auto ended = [](auto read) -> coro<std::string> {
      auto reader = fed({});
      auto waiting = aio::create_task(read(reader));
      co_await ticks(2);
      EXPECT_FALSE(waiting.done());
      reader.feed_eof();
      co_await ticks(2);
      EXPECT_TRUE(waiting.done());
      EXPECT_TRUE(reader.at_eof());
      std::string text = "throws";
      try {
        text = waiting.result();
      } catch (const aio::incomplete_read_error &e) {
        EXPECT_EQ(e.partial(), "");
      }
      co_return text;
    };
    EXPECT_EQ(co_await ended([](auto &r) { return r.read(); }), "");
    EXPECT_EQ(co_await ended([](auto &r) { return r.read(5); }), "");
    EXPECT_EQ(co_await ended([](auto &r) { return r.readline(); }), "");
    EXPECT_EQ(co_await ended([](auto &r) { return r.readexactly(5); }), "throws");
    EXPECT_EQ(co_await ended([](auto &r) { return r.readuntil("x"); }), "throws");
  });
}

TEST(stream_reader, readuntil_finds_a_separator_that_comes_in_pieces) {
  on_loop([]() -> coro<> {
    auto reader = fed({});
    auto waiting = aio::create_task(reader.readuntil("\r\n\r\n"));
    for (std::string_view part : {"head\r", "\n", "\r", "\nbody"}) {
      reader.feed_data(part);
      co_await ticks(2);
    }
    EXPECT_EQ(co_await waiting, "head\r\n\r\n");
    EXPECT_EQ(co_await reader.read(10), "body");
    EXPECT_THROW(co_await reader.readuntil(""), aio::value_error);
    EXPECT_THROW(co_await reader.readuntil(std::vector<std::string>{}), aio::value_error);
  });
}

// conformance: streams-007
TEST(stream_reader, readuntil_takes_the_separator_that_ends_first) {
  on_loop([]() -> coro<> {
    auto reader = fed({"some data_ABCD rest"});
    EXPECT_EQ(co_await reader.readuntil("BCD ", "_ABC", "D"), "some data_ABC");
    auto shorter = fed({"xxabcyy"});
    EXPECT_EQ(co_await shorter.readuntil("abcy", "bc"), "xxabc");
    auto at_once = fed({"AAA"});
    EXPECT_EQ(co_await at_once.readuntil("AAA", "A"), "A");
  });
}

TEST(stream_reader, readuntil_at_the_end_gives_the_partial_bytes) {
  on_loop([]() -> coro<> {
    auto reader = fed({"part"});
    reader.feed_eof();
    try {
      co_await reader.readuntil("\n");
      ADD_FAILURE();
    } catch (const aio::incomplete_read_error &e) {
      EXPECT_EQ(e.partial(), "part");
      EXPECT_FALSE(e.expected());
      EXPECT_STREQ(e.what(), "4 bytes read on a total of undefined expected bytes");
    }
    EXPECT_TRUE(reader.at_eof());
  });
}

// conformance: streams-008
TEST(stream_reader, readexactly_leaves_the_rest) {
  on_loop([]() -> coro<> {
    auto reader = fed({"abcdef"});
    EXPECT_EQ(co_await reader.readexactly(4), "abcd");
    EXPECT_EQ(co_await reader.readexactly(0), "");
    EXPECT_THROW(co_await reader.readexactly(-1), aio::value_error);
    EXPECT_EQ(co_await reader.read(10), "ef");
  });
}

// conformance: streams-009
TEST(stream_reader, readexactly_at_the_end_gives_the_partial_bytes) {
  on_loop([]() -> coro<> {
    auto reader = fed({"abc"});
    auto waiting = aio::create_task(reader.readexactly(5));
    co_await ticks(2);
    reader.feed_eof();
    try {
      co_await waiting;
      ADD_FAILURE();
    } catch (const aio::incomplete_read_error &e) {
      EXPECT_EQ(e.partial(), "abc");
      EXPECT_EQ(e.expected(), 5U);
      EXPECT_STREQ(e.what(), "3 bytes read on a total of 5 expected bytes");
    }
    EXPECT_EQ(co_await reader.read(10), "");
  });
}

TEST(stream_reader, an_error_reaches_who_waits_and_who_comes_later) {
  on_loop([]() -> coro<> {
    auto reader = fed({"kept"});
    auto waiting = aio::create_task(reader.readline());
    co_await ticks(2);
    reader.set_exception(std::make_exception_ptr(test_error("broken")));
    EXPECT_EQ(co_await ending(waiting), "broken");
    EXPECT_EQ(co_await ending(reader.read(1)), "broken");
    EXPECT_EQ(text_of(reader.exception()), "broken");
  });
}

// conformance: streams-011
TEST(stream_reader, a_cancelled_read_leaves_nothing_behind) {
  on_loop([]() -> coro<> {
    auto reader = fed({});
    auto waiting = aio::create_task(reader.read(1));
    co_await ticks(2);
    waiting.cancel();
    reader.set_exception(std::make_exception_ptr(test_error("broken")));
    EXPECT_EQ(co_await ending(waiting), "cancelled:");
    EXPECT_EQ(co_await ending(reader.read(1)), "broken");
    auto second = fed({});
    auto again = aio::create_task(second.read(1));
    co_await ticks(2);
    again.cancel();
    co_await ticks(2);
    EXPECT_TRUE(again.cancelled());
    second.feed_data("x");
    EXPECT_EQ(co_await second.read(1), "x");
  });
}

TEST(stream_reader, a_read_cancelled_together_with_its_data_loses_none) {
  on_loop([]() -> coro<> {
    auto reader = fed({});
    auto waiting = aio::create_task(reader.read(1));
    co_await ticks(2);
    reader.feed_data("x");
    waiting.cancel();
    EXPECT_EQ(co_await ending(waiting), "cancelled:");
    EXPECT_EQ(co_await reader.read(1), "x");
  });
}

// conformance: streams-012
TEST(stream_reader, refuses_a_second_reader) {
  on_loop([]() -> coro<> {
    auto reader = fed({});
    auto first = aio::create_task(reader.readline());
    co_await ticks(2);
    EXPECT_EQ(co_await ending(reader.read(1)),
              "read() called while another coroutine is already waiting for incoming data");
    EXPECT_THROW(co_await reader.readexactly(1), aio::runtime_error);
    reader.feed_data("a\n");
    EXPECT_EQ(co_await first, "a\n");
  });
}
