// flags: -std=c++20 -fPIC -I/usr/include/qcoro5 -I/usr/include/qcoro5/qcoro -I/usr/include/x86_64-linux-gnu/qt5 -I/usr/include/x86_64-linux-gnu/qt5/QtCore -I/usr/include/x86_64-linux-gnu/qt5/QtConcurrent -I/usr/include/x86_64-linux-gnu/qt5/QtDBus -I/usr/include/x86_64-linux-gnu/qt5/QtGui -I/usr/include/x86_64-linux-gnu/qt5/QtNetwork -I/usr/include/x86_64-linux-gnu/qt5/QtSql -I/usr/include/x86_64-linux-gnu/qt5/QtWidgets
// packages: qcoro-qt5-dev qtbase5-dev
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// QCoro and every Qt header that qcoro.facts names an entity of.
#include <QtConcurrent/QtConcurrent>
#include <QtCore/QtCore>
#include <QtDBus/QtDBus>
#include <QtNetwork/QtNetwork>
#include <QtSql/QtSql>
#include <QtWidgets/QtWidgets>
#include <qcoroasyncgenerator.h>
#include <qcorogenerator.h>
#include <qcorotask.h>
#include <qcorothread.h>
#include <qcorotimer.h>
