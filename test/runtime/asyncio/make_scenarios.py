# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Makes scenarios at random: a few tasks, each a list of operations on things they share. Usage: make_scenarios.py FIRST LAST"""
import random
import sys

def gen(seed, focus=None):
    R = random.Random(seed)
    b = R.randint
    allf = ['sync', 'queue', 'fut', 'tg', 'timeout', 'gather', 'wait', 'gen', 'eager', 'barrier', 'cond', 'ascomp', 'shield']
    feats = R.sample(allf, R.randint(1, 4))

    def T():
        return R.choice([0, 0, 0, 1, 1, 2, 2, 3, 4, 5])

    def do(d, lo=0, hi=4):
        return '(do' + ''.join((' ' + op(d - 1) for _ in range(b(lo, hi)))) + ')'

    def kids(d, lo=1, hi=3):
        return ' '.join((do(d, 0, 3) for _ in range(b(lo, hi))))

    def op(d):
        c = []
        base = ['(sleep %d)' % T(), '(sleep %d)' % T(), '(sleep 0)', '(cancel %d %d)' % (b(0, 7), b(0, 1)), '(self %d)' % b(0, 1), '(raise)', '(csoon)', '(ccancel %d %d)' % (b(0, 7), b(0, 2)), '(lcancel %d %d)' % (b(0, 7), T()), '(uncancel)', '(cancelling)', '(tstate %d)' % b(0, 7), '(awt %d)' % b(0, 7), '(tcb %d)' % b(0, 7), '(clater %d)' % T()]
        w = []
        if d > 0:
            w += ['(try %d %d %s %s)' % (b(0, 2), b(0, 1), do(d, 1, 3), do(d, 0, 2)) for _ in range(2)]
            w += ['(spawn %s)' % do(d)]
        for f in feats:
            if f == 'sync':
                c += ['(acq 0)', '(rel 0)', '(acqs %d)' % b(0, 1), '(rels %d)' % b(0, 1), '(evset)', '(evclr)', '(evwait)']
                if d > 0:
                    w += ['(lock 0 %s)' % do(d), '(sem %d %s)' % (b(0, 1), do(d))]
            if f == 'queue':
                q = b(0, 2)
                c += ['(put %d)' % q, '(put %d)' % q, '(get %d)' % q, '(get %d)' % q, '(putnw %d)' % q, '(getnw %d)' % q, '(done %d)' % q, '(join %d)' % q, '(qsize)']
                if R.random() < 0.3:
                    c += ['(shut %d %d)' % (q, b(0, 1))]
            if f == 'fut':
                i = b(0, 2)
                c += ['(fset %d)' % i, '(fexc %d)' % i, '(fcancel %d %d)' % (i, b(0, 2)), '(fawait %d)' % i, '(fawait %d)' % i, '(fnew %d)' % i, '(fcb %d)' % i, '(lset %d %d)' % (T(), i)]
            if f == 'tg' and d > 0:
                w += ['(tg %s %s)' % (kids(d, 0, 3), do(d)), '(tg %s %s)' % (kids(d, 0, 3), do(d)), '(tgadd %s)' % do(d), '(tgbody (do (tgadd %s) %s))' % (do(d), op(d - 1) if d > 1 else '')]
            if f == 'timeout':
                if d > 0:
                    w += ['(timeout %d %s)' % (b(-1, 4), do(d)), '(timeout %d %s)' % (b(0, 4), do(d)), '(waitfor %d %s)' % (R.choice([-2, -1, 0, 0, 1, 2, 3]), do(d)), '(waitft %d %d)' % (b(-1, 3), b(0, 7)), '(waitff %d %d)' % (b(-1, 3), b(0, 2))]
                c += ['(resched %d)' % b(-1, 3)]
            if f == 'gather' and d > 0:
                w += ['(gather %d %s)' % (b(0, 1), kids(d, 0)), '(gatherc %d %s)' % (b(0, 1), kids(d, 0)), '(gathert %d %d %d %d)' % (b(0, 1), b(0, 7), b(0, 7), b(0, 2))]
            if f == 'wait' and d > 0:
                w += ['(wait %d %d %s)' % (b(0, 2), b(-1, 4), kids(d)), '(waitt %d %d %d %d)' % (b(0, 2), b(-1, 3), b(0, 7), b(0, 2))]
            if f == 'ascomp' and d > 0:
                w += ['(%s %d %s)' % (R.choice(['ascomp', 'ascompa']), b(-1, 4), kids(d, 0))]
            if f == 'eager' and d > 0:
                w += ['(eager %s)' % do(d)] * 2
            if f == 'barrier':
                c += ['(bwait)', '(bwait)', '(bwait)', '(babort)', '(breset)', '(breset)', '(bstate)']
            if f == 'cond':
                c += ['(cwait)', '(cwait)', '(cnotify %d)' % b(1, 2), '(cnotify %d)' % b(1, 2), '(cwait0)', '(cnotify0 1)', '(lock 1 %s)' % (do(d) if d > 0 else '(do)')]
            if f == 'shield':
                c += ['(shield %d)' % b(0, 7), '(shieldf %d)' % b(0, 2)]
            if f == 'gen':
                g = b(0, 1)
                c += ['(gnext %d)' % g] * 3 + ['(gsend %d)' % g, '(gthrow %d)' % g, '(gclose %d)' % g]
                if d > 0:
                    w += ['(gnew %d (do %s %s %s))' % (g, do(d, 0, 2), do(d, 0, 2), do(d, 0, 1))] * 2
        x = R.random()
        if w and x < 0.35:
            return R.choice(w)
        if c and x < 0.75:
            return R.choice(c)
        return R.choice(base)
    n = b(2, 4)
    return '(prog ' + ' '.join((do(R.choice([1, 2, 3]), 1, 5) for _ in range(n))) + ')'
if __name__ == '__main__':
    for seed in range(int(sys.argv[1]), int(sys.argv[2])):
        print(gen(seed))
