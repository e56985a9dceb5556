// RUN: %check %s -- -std=c++20 -fPIC -isystem /usr/include/qcoro5 -isystem /usr/include/qcoro5/qcoro -isystem /usr/include/x86_64-linux-gnu/qt5 -isystem /usr/include/x86_64-linux-gnu/qt5/QtCore -isystem /usr/include/x86_64-linux-gnu/qt5/QtConcurrent -isystem /usr/include/x86_64-linux-gnu/qt5/QtDBus -isystem /usr/include/x86_64-linux-gnu/qt5/QtNetwork 2>&1 | FileCheck %s --implicit-check-not=warning:
// Typical code with QCoro: signals, replies, futures, sockets, threads, generators. Each case is shown right, and
// then without its co_await.
#include <QtConcurrent/QtConcurrent>
#include <QtCore/QtCore>
#include <QtDBus/QtDBus>
#include <QtNetwork/QtNetwork>
#include <qcoroabstractsocket.h>
#include <qcoroasyncgenerator.h>
#include <qcorodbuspendingcall.h>
#include <qcorodbuspendingreply.h>
#include <qcorofuture.h>
#include <qcorogenerator.h>
#include <qcoroiodevice.h>
#include <qcoronetworkreply.h>
#include <qcoroprocess.h>
#include <qcorosignal.h>
#include <qcorotask.h>
#include <qcorotcpserver.h>
#include <qcorothread.h>
#include <qcorotimer.h>

using namespace std::chrono_literals;
void use(int);

class store : public QObject {
  Q_OBJECT
public:
  QCoro::Task<QByteArray> get(QUrl url);
  QCoro::Task<bool> login(const QString &user);
  QCoro::Task<> refresh();
Q_SIGNALS:
  void finished(int code);

private:
  QNetworkAccessManager network_;
};

QCoro::Task<QByteArray> store::get(QUrl url) {
  auto *reply = co_await network_.get(QNetworkRequest(url));
  reply->deleteLater();
  co_return reply->readAll();
}
QCoro::Task<> right_with_replies(QNetworkAccessManager &network) {
  auto *reply = network.get(QNetworkRequest(QUrl("http://localhost")));
  while (!reply->isFinished())
    use((co_await qCoro(reply).readAll()).size());
  co_await qCoro(reply).waitForFinished();
}
QCoro::Task<int> right_with_signals(store *of) {
  const int code = co_await qCoro(of, &store::finished);
  const auto later = co_await qCoro(of, &store::finished, 5s);
  QCORO_FOREACH(int each, qCoroSignalListener(of, &store::finished)) use(each);
  co_return later ? *later : code;
}
QCoro::Task<int> right_with_futures() {
  const int first = co_await QtConcurrent::run([] {
    QThread::sleep(1);
    return 1;
  });
  QFuture<int> future = QtConcurrent::run([] { return 2; });
  co_await qCoro(future).waitForFinished();
  QFutureWatcher<int> watcher;
  watcher.setFuture(QtConcurrent::run([] { return 3; }));
  co_await qCoro(&watcher, &QFutureWatcher<int>::finished);
  co_return first + future.result();
}
QCoro::Task<> right_with_sockets(QTcpSocket &socket, QTcpServer &server) {
  if (!co_await qCoro(socket).connectToHost("localhost", 80))
    co_return;
  const auto line = co_await qCoro(socket).readLine();
  socket.waitForBytesWritten(0);
  if (auto *connection = co_await qCoro(server).waitForNewConnection(10s))
    connection->close();
}
QCoro::Task<> right_with_threads(QThread &thread, QProcess &process) {
  co_await QCoro::moveToThread(&thread);
  QThread::sleep(1);
  co_await QCoro::moveToThread(QCoreApplication::instance()->thread());
  if (!thread.wait(0))
    co_await qCoro(thread).waitForFinished();
  co_await qCoro(process).start("true", QStringList());
  co_await qCoro(process).waitForFinished();
}
QCoro::Task<> right_with_dbus(QDBusInterface &interface) {
  const QDBusReply<QString> reply = co_await interface.asyncCall("Ping");
  QDBusPendingReply<QString> pending = interface.asyncCall("Ping");
  co_await pending;
}
QCoro::Generator<int> numbers() { co_yield 1; }
QCoro::AsyncGenerator<int> remote_numbers() {
  co_await QCoro::sleepFor(1ms);
  co_yield 1;
}
QCoro::Task<> right_with_generators() {
  for (int number : numbers())
    use(number);
  auto remote = remote_numbers();
  for (auto it = co_await remote.begin(), end = remote.end(); it != end; co_await ++it)
    use(*it);
}
QCoro::Task<> right_with_many(store &of) {
  std::vector<QCoro::Task<>> all;
  for (int i = 0; i < 3; ++i)
    all.push_back(of.refresh());
  for (auto &each : all)
    co_await each;
  auto chained = of.get(QUrl()).then([](const QByteArray &bytes) { return bytes.size(); });
  use(co_await chained);
}
QCoro::Task<> right_when_unlocked(QMutex &mutex, store &of) {
  QMutexLocker lock(&mutex);
  use(1);
  lock.unlock();
  co_await of.refresh();
}

class window : public QObject {
  Q_OBJECT
public:
  window() {
    connect(&store_, &store::finished, this, &window::on_finished);
    connect(&timer_, &QTimer::timeout, this, [this]() -> QCoro::Task<> { co_await store_.refresh(); });
    QMetaObject::invokeMethod(this, [this] { return store_.refresh(); }, Qt::QueuedConnection);
    QCoro::connect(store_.get(QUrl()), this, [](auto &&) {});
    QCoro::connect(store_.refresh(), this, &window::update);
    store_.login("me").then([](bool) {}, [](const std::exception &) {});
    // A plain function cannot await; it starts the lambda on purpose.
    [this]() -> QCoro::Task<> { co_await store_.refresh(); }();
    auto run = [this]() -> QCoro::Task<> { co_await store_.refresh(); };
    run();
    connect(&timer_, &QTimer::timeout, this, [this, run] { run(); });
  }
  // This has the same effect as a slot that returns the task.
  void reload() { store_.refresh(); }
  void update() {}
  QCoro::Task<> on_finished(int code) {
    if (code != 0)
      co_return;
    running_ = store_.refresh();
    co_await running_;
  }

private:
  store store_;
  QTimer timer_;
  QCoro::Task<> running_;
};

void wrong_in_a_function(store &of) {
  of.login("me");
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'login' is dropped; {{.*}} [coro-discarded-task]
  QCoro::sleepFor(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'sleepFor' is dropped; {{.*}} [coro-discarded-task]
  auto held = of.refresh();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'refresh' is dropped; {{.*}} [coro-discarded-task]
  auto ask = [&of]() -> QCoro::Task<bool> { co_return co_await of.login("me"); };
  ask();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'ask' is dropped; {{.*}} [coro-discarded-task]
  use(QCoro::waitFor(ask()));
}
QCoro::Task<> wrong(store &of, QTimer &timer) {
  of.refresh();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'refresh' is dropped; {{.*}} [coro-discarded-task]
  QCoro::sleepFor(1s);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'sleepFor' is dropped; {{.*}} [coro-discarded-task]
  qCoro(timer).waitForTimeout();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'waitForTimeout' is dropped; {{.*}} [coro-discarded-task]
  qCoro(&of, &store::finished);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'qCoro' is dropped; {{.*}} [coro-discarded-task]
  auto bytes = of.get(QUrl());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'get' is dropped; {{.*}} [coro-discarded-task]
  auto run = [&]() -> QCoro::Task<> { co_await of.refresh(); };
  run();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'run' is dropped; {{.*}} [coro-discarded-task]
  [&]() -> QCoro::Task<> { co_await of.refresh(); }();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'lambda' is dropped; {{.*}} [coro-discarded-task]
  co_return;
}
QCoro::Task<> wrong_with_many(store &of, bool early) {
  std::vector<QCoro::Task<>> all;
  all.push_back(of.refresh());
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'refresh' is dropped; {{.*}} [coro-discarded-task]
  auto task = of.login("me");
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'login' is dropped on some path; {{.*}} [coro-discarded-task]
  if (early)
    co_return;
  co_await task;
}
QCoro::Task<> wrong_with_sockets(QTcpSocket &socket, QTcpServer &server, QProcess &process) {
  qCoro(socket).connectToHost("localhost", 80);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'connectToHost' is dropped; {{.*}} [coro-discarded-task]
  socket.waitForBytesWritten(100);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'QTcpSocket::waitForBytesWritten' blocks the thread {{.*}} [coro-blocking-call]
  server.waitForNewConnection(1000);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'QTcpServer::waitForNewConnection' blocks the thread {{.*}} [coro-blocking-call]
  process.waitForFinished();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'QProcess::waitForFinished' blocks the thread {{.*}} [coro-blocking-call]
  co_return;
}
QCoro::Task<int> wrong_with_futures(QThread &thread) {
  auto future = QtConcurrent::run([] { return 42; });
  thread.wait();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'QThread::wait' blocks the thread {{.*}} [coro-blocking-call]
  co_return future.result();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'QFuture::result' waits for asynchronous work {{.*}} [coro-sync-wait]
}
QCoro::Task<> wrong_with_locks(QMutex &mutex, store &of) {
  QMutexLocker lock(&mutex);
  co_await of.refresh();
  // CHECK: :[[#@LINE-2]]:{{[0-9]+}}: warning: 'lock' holds its mutex while 'wrong_with_locks' is suspended [coro-lock-across-suspension]
}
QCoro::Task<> wrong_with_dbus(QDBusInterface &interface) {
  const QDBusReply<QString> reply = interface.call("Ping");
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'QDBusInterface::call' blocks the thread {{.*}} [coro-blocking-call]
  co_return;
}
