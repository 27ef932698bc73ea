import Foundation
import NeuralCore
import SweepModel
import SweepModelTestKit
import Testing

@testable import SweepEngine

/// Whatever happens on the way, a sweep ends with the same bits.
@Suite struct EngineBitsTests {
    /// Of the grid, by one worker with large slices and no interruption.
    static let expected = Task {
        var bits: [String] = []
        try await Box.with { box in
            let daemon = try await box.start(workers: 1, slice: 1)
            let sweep = try await daemon.submit(Files.grid())
            try await daemon.ends(sweep)
            bits = try await box.bits(of: sweep)
            try await daemon.stop()
        }
        return bits
    }

    @Test func aGridCompletes() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.grid())
            let trials = try await daemon.ends(sweep)
            #expect(trials.count == 12)
            #expect(trials.allSatisfy { $0.state == .completed && $0.iteration == 200 && $0.model != nil })
            #expect(try await box.memory.sweep(sweep)?.state == .completed)
            let epochs = try await box.memory.epochs(trial: trials[0].id)
            #expect(epochs.map(\.iteration) == [1] + (1...19).map { $0 * 10 + 1 })
            #expect(epochs.flatMap { $0.losses.map(\.iteration) } == Array(1...191))
            #expect(epochs.allSatisfy { $0.losses.last?.loss == Float($0.metrics.trainLoss) })
            #expect(epochs.allSatisfy { ($0.weightNorm ?? 0) > 0 && ($0.updateRatio ?? 0) > 0 })
            #expect(trials.allSatisfy { ($0.deadUnits ?? -1) >= 0 })
            let audit = try await daemon.engine.audit(sweep)
            #expect(audit.findings == [])
            #expect(audit.ended == 12)
            try await daemon.stop()
            #expect(try await box.memory.referencedFiles() == Set(box.folder.files()))
        }
    }

    @Test(arguments: [1, 2, 3], [0, 1.0])
    func workersAndSlicesChangeNothing(workers: Int, slice: Double) async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: workers, slice: slice)
            let sweep = try await daemon.submit(Files.grid())
            try await daemon.ends(sweep)
            #expect(try await box.bits(of: sweep) == Self.expected.value)
            try await daemon.stop()
        }
    }

    @Test func limitsOfMemoryAndTrialsChangeNothing() async throws {
        try await Box.with { box in
            let largest = TrainingConfiguration(
                hiddenSize: 9, learningRate: 1e-3, reg: 0, batchSize: 20, iterations: 200, seed: 0)
            let scratch = 2 * Workspace.memoryBytes(largest, dimension: 12, classes: 3)
            let daemon = try await box.start(memory: scratch + 40_000)
            let sweep = try await daemon.submit(Files.grid(#""max_parallel": 3"#))
            try await daemon.ends(sweep)
            #expect(try await box.bits(of: sweep) == Self.expected.value)
            try await daemon.stop()
        }
    }

    @Test func pausesChangeNothing() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submitHeld(Files.grid())
            for iteration in [1, 21, 71] {
                try await daemon.grows(sweep, to: iteration)
                try await daemon.engine.pause(sweep, reason: nil, caller: Daemon.user)
                let trials = try await daemon.wait(for: sweep, "the trials are not saved") { _, trials in
                    !trials.contains { $0.state == .running }
                }
                #expect(trials.allSatisfy { $0.state != .queued || $0.checkpoint != nil })
                try await daemon.engine.resume(sweep, caller: Daemon.user)
            }
            await daemon.letGo(sweep)
            let trials = try await daemon.ends(sweep)
            #expect(trials.allSatisfy { $0.attempt == 1 })
            #expect(try await box.bits(of: sweep) == Self.expected.value)
            try await daemon.stop()
            #expect(try await box.memory.referencedFiles() == Set(box.folder.files()))
        }
    }

    @Test func aStopOfTheDaemonChangesNothing() async throws {
        try await Box.with { box in
            let first = try await box.start()
            let sweep = try await first.submit(Files.grid())
            try await first.grows(sweep, to: 51)
            try await first.stop()
            let saved = try await box.memory.trials(TrialQuery(sweep: sweep))
            #expect(saved.allSatisfy { $0.state == .completed || ($0.state == .queued && $0.checkpoint != nil) })
            let second = try await box.start(workers: 3)
            try await second.ends(sweep)
            #expect(try await box.memory.trials(TrialQuery(sweep: sweep)).allSatisfy { $0.attempt == 1 })
            #expect(try await box.bits(of: sweep) == Self.expected.value)
            try await second.stop()
        }
    }

    @Test(arguments: [0, Double.infinity])
    func aCrashChangesNothing(checkpoints: Double) async throws {
        try await Box.with { box in
            var sweep: Int64 = 0
            for round in 0..<3 {
                let daemon = try await box.start(checkpoints: checkpoints)
                if round == 0 { sweep = try await daemon.submit(Files.grid()) }
                try await daemon.grows(sweep, to: checkpoints == 0 ? round * 40 + 31 : 31)
                await daemon.kill()
            }
            let last = try await box.start()
            let trials = try await last.ends(sweep)
            #expect(trials.contains { $0.attempt > 1 })
            #expect(try await box.bits(of: sweep) == Self.expected.value)
            try await last.stop()
            #expect(try await box.memory.referencedFiles() == Set(box.folder.files()))
        }
    }

    @Test func aDamagedCheckpointFallsBackToTheOneBeforeAndIsSetAside() async throws {
        try await Box.with { box in
            let first = try await box.start(checkpoints: 0)
            let sweep = try await first.submit(Files.grid(iterations: 2000))
            try await first.wait(for: sweep, "two checkpoints") { _, trials in
                trials.contains { $0.checkpoints.count == 2 }
            }
            await first.kill()
            let trials = try await box.memory.trials(TrialQuery(sweep: sweep))
            let victim = try #require(trials.first { $0.state == .running && $0.checkpoints.count == 2 })
            let last = try #require(victim.checkpoint)
            try Data("damaged".utf8).write(to: URL(filePath: box.folder.path + "/" + last.path))
            let second = try await box.start()
            try await second.ends(sweep)
            let events = try await box.memory.events(after: 0, sweep: sweep, limit: .max).map(\.content)
            #expect(events.filter { $0.kind == .trialFellBack }.map(\.trial) == [victim.id])
            #expect(!events.contains { $0.kind == .trialRestarted })
            #expect(try await second.engine.verify(victim.id).differences == [])
            try await second.stop()
            let name = try #require(last.path.split(separator: "/").last)
            #expect(FileManager.default.fileExists(atPath: box.folder.path + "/damaged/" + name))
            #expect(try box.folder.files().filter { $0.hasPrefix(StateFolder.checkpoints) } == [])
        }
    }

    @Test func aDamagedCheckpointStartsTheTrialAgainAndTheEventSaysSo() async throws {
        try await Box.with { box in
            let first = try await box.start()
            let sweep = try await first.submit(Files.grid(iterations: 2000))
            try await first.grows(sweep, to: 31)
            try await first.stop()
            let trials = try await box.memory.trials(TrialQuery(sweep: sweep))
            let victim = try #require(trials.last { $0.checkpoint != nil })
            let path = try box.folder.path + "/" + #require(victim.checkpoint).path
            var bytes = try Data(contentsOf: URL(filePath: path))
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: URL(filePath: path))
            let second = try await box.start()
            try await second.ends(sweep)
            let events = try await box.memory.events(after: 0, sweep: sweep, limit: .max).map(\.content)
            let restarts = events.filter { $0.kind == .trialRestarted }
            #expect(restarts.map(\.trial) == [victim.id])
            #expect(restarts.first?.detail.contains("damaged") == true)
            #expect(try await second.engine.verify(victim.id).differences == [])
            try await second.stop()
        }
    }
}
