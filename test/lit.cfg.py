# How lit runs the tests. Substitutions:
#   %check     clang-tidy with our plugin and only our rules
#   %corolint  the command
#   %flags     C++20, with the stand-ins of libraries on the include path
#   %asio      the flags that standalone Asio needs
#   %livecc    compiles a program of aio, with LIVE defined; %livelibs, behind the sources, links aio and its interceptor
#   %debug     runs it in debug mode
#   %node      the directory with what comes from the npm registry
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
from through_links import ThroughLinks, without_spaces  # noqa: E402

site = {}
with open(lit_config.params["site"]) as f:
    exec(f.read(), site)
source, llvm = without_spaces(site["source_dir"]), site["llvm_bin"]
build = without_spaces(site["build_dir"])

config.name = "corolint"
config.suffixes = [".cpp", ".test"]
config.excludes = ["Inputs"]
config.test_source_root = os.path.join(source, "test")
config.test_exec_root = os.path.join(build, "test", "lit")
config.test_format = ThroughLinks(config.test_source_root, config.test_exec_root)
config.environment["PATH"] = os.pathsep.join([llvm, os.path.join(build, "bin"), os.environ["PATH"]])
config.environment["LC_ALL"] = "C.UTF-8"
config.environment["XDG_CACHE_HOME"] = os.path.join(build, "test", "cache")
config.environment["COROLINT_SOURCE"] = source
config.environment["COROLINT_BUILD"] = build

inputs = os.path.join(source, "test", "Inputs")
plugin = os.path.join(build, "lib", "CorolintTidy-22.so")
config.substitutions += [
    ("%check_options", "clang-tidy --quiet --load=" + plugin),
    ("%check", "clang-tidy --quiet --load=" + plugin + " --checks=-*,coro-* --header-filter=.*"),
    ("%corolint", os.path.join(build, "bin", "corolint")),
    ("%flags", "-std=c++20 -I" + inputs + " -I" + os.path.join(source, "runtime", "include")),
    ("%livecc", "clang++-22 -std=c++20 -g -O0 -w -DLIVE -I" + os.path.join(source, "runtime", "include")),
    ("%livelibs", f"{build}/runtime/libaio.a {build}/runtime/libaio_intercept.a " + site["live_libs"]),
    ("%debug", "env AIO_DEBUG=1,limit=0 "),
    ("%asio", "-std=c++20 -DASIO_STANDALONE -DASIO_HAS_CO_AWAIT=1 -DASIO_HAS_STD_COROUTINE=1"),
    ("%plugin", plugin),
    ("%mismatched", os.path.join(build, "test", "MismatchedTidy.so")),
    ("%inputs", inputs),
    ("%node", os.path.join(build, "node")),
    ("%source", source),
    ("%build", build),
]
