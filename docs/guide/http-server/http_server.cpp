// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// A key-value store over HTTP/1.1: keep-alive, pipelining, and a shutdown on SIGTERM that answers every request it has
// got.
//
//   http_server [port]        PUT /key, GET /key, DELETE /key
#include <charconv>
#include <csignal>
#include <iostream>
#include <list>
#include <map>

#include <aio/aio.h>

struct request {
  std::string method;
  std::string key;
  std::string body;
  bool keep_alive = true;
};

using store = std::map<std::string, std::string>;

std::string lower(std::string text) {
  for (char &c : text)
    c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return text;
}

/// Reads one request; empty at the end of the stream.
aio::coro<std::optional<request>> read_request(aio::stream_reader reader) {
  const std::string line = co_await reader.readline();
  if (line.empty())
    co_return std::nullopt;
  request result;
  const auto space = line.find(' ');
  const auto second = line.find(' ', space + 1);
  if (space == std::string::npos || second == std::string::npos)
    throw std::invalid_argument("not a request: " + line);
  result.method = line.substr(0, space);
  result.key = line.substr(space + 1, second - space - 1);
  result.keep_alive = line.find("HTTP/1.1") != std::string::npos;
  std::ptrdiff_t length = 0;
  for (;;) {
    const std::string header = lower(co_await reader.readuntil("\r\n"));
    if (header == "\r\n")
      break;
    if (header.starts_with("content-length:")) {
      const auto digits = header.find_first_of("0123456789");
      if (digits == std::string::npos)
        throw std::invalid_argument("no length: " + header);
      std::from_chars(header.data() + digits, header.data() + header.size(), length);
    } else if (header.starts_with("connection:")) {
      result.keep_alive = header.find("close") == std::string::npos;
    }
  }
  result.body = co_await reader.readexactly(length);
  co_return result;
}

std::string respond(store &values, const request &r, bool keep_alive) {
  std::string status = "200 OK";
  std::string body;
  if (r.method == "PUT") {
    values[r.key] = r.body;
  } else if (r.method == "DELETE") {
    status = values.erase(r.key) ? "200 OK" : "404 Not Found";
  } else if (r.method == "GET") {
    const auto found = values.find(r.key);
    if (found == values.end())
      status = "404 Not Found";
    else
      body = found->second;
  } else {
    status = "405 Method Not Allowed";
  }
  return "HTTP/1.1 " + status + "\r\nContent-Length: " + std::to_string(body.size()) +
         "\r\nConnection: " + (keep_alive ? "keep-alive" : "close") + "\r\n\r\n" + body;
}

class http_server {
public:
  aio::coro<> serve(aio::stream_reader reader, aio::stream_writer writer) {
    const auto place = readers_.insert(readers_.end(), reader);
    try {
      while (auto next = co_await read_request(reader)) {
        ++received_;
        // While stopping, the loop goes on for what was sent before: the stream ends by itself.
        writer.write(respond(values_, *next, next->keep_alive && !stopping_));
        co_await writer.drain();
        ++answered_;
        if (!next->keep_alive)
          break;
      }
    } catch (const std::system_error &) {
      ++broken_;
    } catch (const std::exception &) {
      writer.write("HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
    }
    readers_.erase(place);
    writer.close();
  }

  aio::coro<> run(std::uint16_t port) {
    auto &loop = aio::get_running_loop();
    aio::event stop;
    loop.add_signal_handler(SIGTERM, [&] { stop.set(); });
    const auto handler = [this](aio::stream_reader r, aio::stream_writer w) { return serve(r, w); };
    auto server = co_await aio::start_server(handler, "127.0.0.1", port);
    std::cout << "listening on " << server.port() << std::endl;
    co_await stop.wait();
    // No new connections; what the open ones have sent is answered, then their streams end.
    stopping_ = true;
    server.close();
    for (const auto &reader : readers_)
      reader.stop();
    co_await server.wait_closed();
    std::cout << "stopped: " << received_ << " requests, " << answered_ << " answers, " << broken_
              << " broken connections" << std::endl;
  }

private:
  store values_;
  std::list<aio::stream_reader> readers_;
  bool stopping_ = false;
  long received_ = 0;
  long answered_ = 0;
  long broken_ = 0;
};

int main(int argc, char **argv) {
  http_server server;
  aio::run(server.run(static_cast<std::uint16_t>(argc > 1 ? std::atoi(argv[1]) : 0)));
}
