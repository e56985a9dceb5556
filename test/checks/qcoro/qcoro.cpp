// RUN: %check %s -- -std=c++20 -fPIC -isystem /usr/include/qcoro5 -isystem /usr/include/qcoro5/qcoro -isystem /usr/include/x86_64-linux-gnu/qt5 -isystem /usr/include/x86_64-linux-gnu/qt5/QtCore 2>&1 | FileCheck %s --implicit-check-not=warning:
// The real QCoro: eager tasks, slots that return a task, nested event loops.
#include <QtCore/QEventLoop>
#include <QtCore/QObject>
#include <QtCore/QThread>
#include <QtCore/QTimer>
#include <qcorotask.h>
#include <qcorotimer.h>

QCoro::Task<> load();
QCoro::Task<int> answer();
void use(int);

QCoro::Task<> wrong() {
  load();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'load' is dropped; {{.*}} [coro-discarded-task]
  auto held = answer();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: running task returned by 'answer' is dropped; {{.*}} [coro-discarded-task]
  use(QCoro::waitFor(answer()));
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'QCoro::waitFor' {{waits for asynchronous work|runs an event loop}} inside this coroutine{{.*}} [coro-sync-wait]
  QThread::sleep(1);
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: 'QThread::sleep' blocks the thread that runs this coroutine{{.*}} [coro-blocking-call]
  QEventLoop loop;
  loop.exec();
  // CHECK: :[[#@LINE-1]]:{{[0-9]+}}: warning: {{.*}}QEventLoop::exec'
  co_await load();
}

class window : public QObject {
public:
  window() {
    // A slot that returns a task is QCoro's idiom.
    connect(&timer_, &QTimer::timeout, this, &window::refresh);
    connect(&timer_, &QTimer::timeout, this, [this] { return refresh(); });
    connect(&timer_, &QTimer::timeout, this, [this]() -> QCoro::Task<> { co_await refresh(); });
    QTimer::singleShot(0, this, [this] { return refresh(); });
  }
  QCoro::Task<> refresh() {
    co_await load();
    timer_.start(100);
    co_await timer_;
    auto started = answer();
    use(co_await started);
    answer().then([](int number) { use(number); });
  }

private:
  QTimer timer_;
};

int right_in_main() {
  QEventLoop loop;
  loop.exec();
  return QCoro::waitFor(answer());
}
