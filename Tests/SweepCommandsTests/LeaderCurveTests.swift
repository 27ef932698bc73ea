import SweepAPI
import SweepClient
import SweepClientTestKit
import SweepModel
import Testing

@testable import SweepCommands

struct LeaderCurveTests {
    private static func trial(_ accuracies: [Double]) -> TrialReply {
        Samples.trial(
            17,
            epochs: accuracies.enumerated().map { index, accuracy in
                EpochPoint(
                    epoch: index, iteration: index * 100,
                    metrics: TrialMetrics(
                        valAccuracy: accuracy, trainAccuracy: accuracy, valLoss: 3 - accuracy, trainLoss: 1),
                    learningRate: 0.001, seconds: 1)
            })
    }

    private func with(
        _ answer: @escaping FakeDaemon.Answer, _ body: (SweepClient, FakeDaemon) async throws -> Void
    ) async throws {
        try await FakeDaemon.with(answer) { daemon in
            try await SweepClient.with(.unix(path: daemon.path)) { client in try await body(client, daemon) }
        }
    }

    private static let rising = LeaderCurve(trial([0.25, 0.5, 1]), metric: "val_accuracy")

    @Test func theCurveStandsBetweenItsWords() {
        #expect(Self.rising.line(Page(), width: 79) == "curve ▁▃█  0.2500 to 1.0000, trial 17")
        #expect(Self.rising.line(Page(unicode: false), width: 79) == "curve _-@  0.2500 to 1.0000, trial 17")
        let loss = LeaderCurve(Self.trial([0.25, 0.5, 1]), metric: "val_loss")
        #expect(loss.line(Page(), width: 79) == "curve █▆▁  2.7500 to 2.0000, trial 17")
    }

    @Test func aCurveNeedsTwoEpochsAndRoom() {
        #expect(LeaderCurve(Self.trial([0.1]), metric: "val_accuracy").line(Page(), width: 79) == nil)
        #expect(LeaderCurve(Samples.trial(), metric: "val_accuracy").line(Page(), width: 79) == nil)
        #expect(Self.rising.line(Page(), width: 30) == "curve ▁▃█  1.0000")
        #expect(Self.rising.line(Page(), width: 19) == nil)
    }

    @Test(arguments: 10...120)
    func noLineReachesTheEdge(width: Int) {
        let curve = LeaderCurve(Self.trial((0..<300).map { Double($0) / 300 }), metric: "val_accuracy")
        for colors in [false, true] {
            let lines = ProgressView.lines(
                ProgressViewTests.running, Page(width: width, colors: colors), curve: curve)
            #expect(lines.dropFirst().allSatisfy { Text.width(Text.withoutColors($0)) < max(11, width) })
            #expect(lines.contains { $0.hasPrefix("curve") } == (width >= 21))
        }
    }

    @Test func colorsShowTheStatesAsABarWithItsLegend() {
        let lines = ProgressView.lines(ProgressViewTests.running, Page(width: 100, colors: true))
        #expect(lines.count == 5)
        #expect(Text.withoutColors(lines[2]) == StateBar.draw(ProgressViewTests.running, columns: 40, Page()))
        #expect(lines[3].contains("\u{1B}[32m45 completed\u{1B}[0m"))
        #expect(Text.withoutColors(lines[3]) == ProgressView.counts(ProgressViewTests.running))
    }

    @Test func theCurveIsAskedForAgainWhenItsTrialHasMoved() async throws {
        try await with({ _ in try .json(Self.trial([0.1, 0.3])) }) { client, daemon in
            var curves = LeaderCurves(client)
            let start = ContinuousClock.now
            func ask(_ seconds: Double, _ sweep: SweepReply) async throws -> LeaderCurve? {
                try await curves.curve(of: sweep, at: start + .seconds(seconds))
            }
            let first = Samples.sweep(leading: Samples.best(20, 0.3))
            let none = try await ask(0, Samples.sweep())
            #expect(none == nil)
            #expect(daemon.requests.isEmpty)
            let values = try await ask(0, first)?.values
            #expect(values == [0.1, 0.3])
            _ = try await ask(60, first)
            #expect(daemon.requests.map(\.path) == ["/v1/trials/20"])
            _ = try await ask(61, Samples.sweep(leading: Samples.best(20, 0.4)))
            // Too soon.
            _ = try await ask(62, Samples.sweep(leading: Samples.best(21, 0.5)))
            #expect(daemon.requests.count == 2)
            _ = try await ask(64, Samples.sweep(leading: Samples.best(21, 0.5)))
            #expect(daemon.requests.map(\.path).last == "/v1/trials/21")
        }
    }

    @Test func aCurveThatCannotBeHadIsLeftOut() async throws {
        try await with({ _ in .init("{}") }) { client, _ in
            var curves = LeaderCurves(client)
            let curve = try await curves.curve(of: Samples.completed())
            #expect(curve == nil)
        }
    }
}
