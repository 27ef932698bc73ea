import SweepAPI
import SweepClientTestKit
import SweepModel
import Synchronization
import Testing

@testable import SweepCommands

struct ProgressViewTests {
    static let running = Samples.sweep(
        counts: [.completed: 45, .diverged: 3, .running: 90, .queued: 6], best: Samples.best())

    @Test func showsBarCountsAndBest() {
        #expect(
            ProgressView.lines(Self.running, Page(width: 80)) == [
                "sweep 1 cifar10-grid: running",
                "█████████████░░░░░░░░░░░░░░░░░░░░░░░░░░░  35 %  12 min 03 s, 23 min 10 s left",
                "48 of 144 trials ended: 45 completed, 3 diverged; 90 running, 6 queued",
                "best 0.4870 (trial 17)  hidden_size=160 learning_rate=0.001 batch_size=200",
            ])
    }

    @Test(arguments: [(nil, 0.3, true), (0.487, 0.49, true), (0.487, 0.487, false), (0.487, 0.3, false)])
    func theLeaderShowsWhereItWouldBeTheBest(best: Double?, leading: Double, isShown: Bool) {
        let sweep = Samples.sweep(best: best.map { Samples.best(17, $0) }, leading: Samples.best(20, leading))
        let words = "ahead \(Format.accuracy(leading)) (trial 20, still running)"
        #expect(ProgressView.line(sweep).contains(words) == isShown)
        #expect(ProgressView.lines(sweep, Page(width: 120)).contains { $0.hasPrefix(words) } == isShown)
    }

    @Test func aLossThatIsNotFiniteIsTheWorst() {
        var broken = Samples.best(17)
        broken.valLoss = nil
        let sound = Samples.best(20)
        #expect(ProgressView.ahead(Samples.sweep(best: broken, leading: sound, metric: "val_loss")) == sound)
        #expect(ProgressView.ahead(Samples.sweep(best: sound, leading: broken, metric: "val_loss")) == nil)
    }

    @Test(arguments: [
        (nil, "12 min 03 s, preparing images, 44 %"), (90, "12 min 03 s, 1 min 30 s left, preparing images, 44 %"),
    ])
    func whatIsPreparedShows(eta: Double?, words: String) {
        let sweep = Samples.sweep(progress: 0, preparing: 0.437, eta: eta)
        #expect(ProgressView.times(sweep) == words)
        #expect(ProgressView.lines(sweep, Page(width: 120))[1].hasSuffix("0 %  \(words)"))
        #expect(ProgressView.line(sweep).hasSuffix("; preparing images, 44 %"))
        #expect(StatusText.list(Samples.status([sweep]), Page(width: 120)).contains(" preparing images, 44 %\n"))
    }

    @Test func fitsANarrowTerminalInASCII() {
        #expect(
            ProgressView.lines(Self.running, Page(width: 40, unicode: false)) == [
                "sweep 1 cifar10-grid: running",
                "35 %  12 min 03 s, 23 min 10 s left",
                "48 of 144 trials ended: 45 completed, ~",
                "best 0.4870 (trial 17)  hidden_size=16~",
            ])
    }

    @Test(arguments: 12...100)
    func noLineReachesTheEdge(width: Int) {
        for line in ProgressView.lines(Self.running, Page(width: width)).dropFirst() {
            #expect(Text.width(line) < width)
        }
    }

    @Test func oneLineSaysItAll() {
        #expect(
            ProgressView.line(Self.running)
                == "sweep 1 running: 48 of 144 trials ended: 45 completed, 3 diverged; 90 running, 6 queued; 35 %; "
                + "best 0.4870 (trial 17); 23 min 10 s left")
        #expect(
            ProgressView.line(Samples.completed())
                == "sweep 1 completed: 144 of 144 trials ended: 144 completed; 100 %; best 0.4870 (trial 17); "
                + "after 12 min 03 s")
    }

    @Test(arguments: [(0.0, "░░░░░  "), (0.5, "██░░░  "), (1.0, "█████  "), (7.0, "█████  "), (.nan, "░░░░░  ")])
    func aBarStaysWithinItsBounds(fraction: Double, bar: String) {
        #expect(ProgressView.bar(fraction, width: 7, unicode: true) == bar)
    }
}

struct PlainProgressTests {
    @Test func aLogGetsALineForNewsOnly() {
        var progress = PlainProgress()
        let start = ContinuousClock.now
        func line(_ seconds: Double, _ sweep: SweepReply) -> Bool {
            progress.line(for: sweep, at: start + .seconds(seconds)) != nil
        }
        let first = Samples.sweep(counts: [.running: 144], progress: 0.1)
        #expect(line(0, first))
        #expect(!line(1, first))
        #expect(!line(2, Samples.sweep(counts: [.running: 144], progress: 0.2)))
        #expect(line(10, Samples.sweep(counts: [.running: 144], progress: 0.3)))
        #expect(!line(30, Samples.sweep(counts: [.running: 144], progress: 0.3)))
        #expect(line(31, Samples.sweep(counts: [.completed: 1, .running: 143], progress: 0.3)))
        #expect(!line(31.5, Samples.sweep(counts: [.completed: 2, .running: 142], progress: 0.3)))
        #expect(line(32, Samples.sweep(counts: [.completed: 2, .running: 142], progress: 0.3)))
        func paused(_ running: Int) -> SweepReply {
            Samples.sweep(
                1, .paused, counts: [.completed: 2, .running: running, .queued: 142 - running], progress: 0.3)
        }
        #expect(line(32.1, paused(9)))
        #expect(!line(32.2, paused(4)))
        #expect(line(32.3, paused(0)))
        #expect(!line(60, paused(0)))
    }

    @Test func aLogShowsThatImagesArePrepared() {
        var progress = PlainProgress()
        let start = ContinuousClock.now
        func line(_ seconds: Double, _ preparing: Double?) -> String? {
            let sweep = Samples.sweep(counts: [.running: 2], progress: 0, preparing: preparing, eta: nil)
            return progress.line(for: sweep, at: start + .seconds(seconds))
        }
        #expect(line(0, 0.1)?.hasSuffix("; preparing images, 10 %") == true)
        #expect(line(9, 0.2) == nil)
        #expect(line(10, 0.2)?.hasSuffix("; preparing images, 20 %") == true)
        #expect(line(99, 0.2) == nil)
        #expect(line(100, nil)?.contains("preparing") == false)
    }
}

struct ProgressDisplayTests {
    @Test func redrawsInPlace() throws {
        let screen = Recorder()
        var display = ProgressDisplay(screen.stream(columns: 80))
        try display.redraw(["a", "b"])
        try display.redraw(["c"])
        display.leave()
        try display.redraw(["d"])
        #expect(
            screen.text == "a\u{1B}[K\nb\u{1B}[K\n\u{1B}[J" + "\u{1B}[2A\rc\u{1B}[K\n\u{1B}[J" + "d\u{1B}[K\n\u{1B}[J")
    }

    @Test func goesBackOverLinesThatANarrowerTerminalHasWrapped() throws {
        let screen = Recorder()
        let columns = Mutex(20)
        var stream = screen.stream(columns: 20)
        stream.columns = { columns.withLock { $0 } }
        var display = ProgressDisplay(stream)
        try display.redraw([String(repeating: "a", count: 18), "\u{1B}[32m12345678\u{1B}[0m"])
        columns.withLock { $0 = 8 }
        try display.redraw(["b"])
        #expect(screen.text.contains("\u{1B}[4A\rb"))
    }

    @Test func showsNoMoreThanALowTerminalHolds() throws {
        let screen = Recorder()
        var stream = screen.stream(columns: 80)
        stream.rows = { 5 }
        var display = ProgressDisplay(stream)
        try display.redraw(["1", "2", "3", "4"])
        #expect(screen.text == "1\u{1B}[K\n2\u{1B}[K\n3\u{1B}[K\n4\u{1B}[K\n\u{1B}[J")
        try display.redraw(["1", "2", "3", "4", "5", "6"])
        #expect(screen.text.hasSuffix("\u{1B}[4A\r1\u{1B}[K\n2\u{1B}[K\n3\u{1B}[K\n… 3 more lines\u{1B}[K\n\u{1B}[J"))
    }

    @Test func writesPlainLinesWithoutATerminal() throws {
        let log = Recorder()
        var display = ProgressDisplay(log.stream())
        try display.update(Samples.completed())
        try display.update(Samples.completed())
        #expect(log.text == ProgressView.line(Samples.completed()) + "\n")
    }
}
