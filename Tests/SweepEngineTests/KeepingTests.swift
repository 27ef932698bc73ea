import Foundation
import SweepModel
import SweepModelTestKit
import Testing

@testable import SweepEngine

@Suite("Which models stay, and how one that is gone comes back")
struct KeepingTests {
    private func models(_ box: Box) throws -> [String] { try box.folder.names(in: StateFolder.models) }

    private func best(_ box: Box, _ sweep: Int64, _ count: Int) async throws -> [String] {
        try await box.memory.trials(TrialQuery(sweep: sweep, order: .ranking(.valAccuracy), limit: count))
            .compactMap { $0.model?.path.split(separator: "/").last.map(String.init) }.sorted()
    }

    @Test("When a sweep has ended, the files of its best trials are there, and no others", arguments: [1, 2, 3])
    func bestStay(workers: Int) async throws {
        try await Box.with { box in
            let daemon = try await box.start(workers: workers, keep: 3)
            let sweep = try await daemon.submit(Files.grid())
            let trials = try await daemon.ends(sweep)
            #expect(trials.count { $0.state == .completed } == 12)
            #expect(try await models(box) == best(box, sweep, 3))
            #expect(trials.count { $0.isModelKept } == 3)
            // What is on record of those that went is whole.
            #expect(try await daemon.engine.audit(sweep).findings == [])
            #expect(try await daemon.engine.verify(trials[0].id).differences == [])
            try await daemon.stop()
        }
    }

    @Test("What an older version kept stays until somebody asks")
    func upgradeRemovesNothing() async throws {
        try await Box.with { box in
            var daemon = try await box.start(keep: 100)
            let sweep = try await daemon.submit(Files.row(5, iterations: 20))
            try await daemon.ends(sweep)
            try await daemon.stop()
            daemon = try await box.start(keep: 2)
            let other = try await daemon.submit(Files.row(1, iterations: 20))
            try await daemon.ends(other)
            #expect(try models(box).count == 6)
            let dry = try await daemon.engine.prune(sweep: nil, keep: nil, dryRun: true, caller: Daemon.user)
            #expect(dry.models == 3)
            #expect(try models(box).count == 6)
            let wet = try await daemon.engine.prune(sweep: nil, keep: nil, dryRun: false, caller: Daemon.user)
            #expect(wet == dry)
            #expect(try models(box).count == 3)
            let none = await #expect(throws: EngineError.self) {
                try await daemon.engine.prune(sweep: 9, keep: 1, dryRun: false, caller: Daemon.user)
            }
            #expect(none?.code == .notFound)
            try await daemon.stop()
        }
    }

    @Test("A removed model is trained again to the same bits, and then stays")
    func keepMakesItAgain() async throws {
        try await Box.with { box in
            let daemon = try await box.start(keep: 1)
            let sweep = try await daemon.submit(Files.row(4, iterations: 40))
            let gone = try #require(try await daemon.ends(sweep).first { !$0.isModelKept })
            let model = try #require(gone.model)
            let refused = await #expect(throws: EngineError.self) {
                try await daemon.engine.firstLayer(trial: gone.id)
            }
            #expect(refused?.message.contains("sweepctl keep \(gone.id)") == true)
            let keeping = try await daemon.engine.keep(gone.id, caller: Daemon.user)
            #expect(keeping.trainedSeconds != nil)
            #expect(try StateFolder.digest(box.folder.read(model)) == model.digest)
            #expect(try await daemon.engine.keep(gone.id, caller: Daemon.user).trainedSeconds == nil)
            _ = try await daemon.engine.prune(sweep: sweep, keep: 0, dryRun: false, caller: Daemon.user)
            #expect(try models(box) == ["t\(gone.id)-a1"])
            let kinds = try await box.memory.events(after: 0, sweep: sweep, limit: 999).map(\.content)
            #expect(kinds.filter { $0.kind == .modelKept }.map(\.caller) == [Daemon.user, Daemon.user])
            try await daemon.stop()
        }
    }

    @Test("A promotion trains a removed model again, and the model stays from then on")
    func promotionMakesItAgain() async throws {
        try await Box.with { box in
            let daemon = try await box.start(keep: 1)
            let sweep = try await daemon.submit(Files.row(4, iterations: 40))
            let gone = try #require(try await daemon.ends(sweep).first { !$0.isModelKept })
            let (promotion, measuredNow) = try await daemon.engine.promote(
                sweep: nil, trial: gone.id, caller: Daemon.user)
            #expect(measuredNow && promotion.modelDigest == gone.model?.digest)
            #expect(try await box.memory.trial(gone.id)?.isModelKept == true)
            _ = try await daemon.engine.prune(sweep: sweep, keep: 0, dryRun: false, caller: Daemon.user)
            #expect(try models(box) == ["t\(gone.id)-a1"])
            try await daemon.stop()
        }
    }

    @Test("A damaged model is set aside by whoever finds it, with the file and the remedy in words, and comes back")
    func damagedModel() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.row(2, iterations: 40))
            let trial = try #require(try await daemon.ends(sweep).first)
            let model = try #require(trial.model)
            let file = URL(fileURLWithPath: box.folder.absolute(model.path))
            let sound = try Data(contentsOf: file)
            var bytes = sound
            bytes[bytes.count / 2] ^= 1
            try bytes.write(to: file)
            let check = try await daemon.engine.checkFiles()
            #expect(check.findings.count == 1 && check.files == 2)
            #expect(check.findings[0].contains("\(model.path) is damaged"), "\(check.findings)")
            #expect(check.findings[0].contains("sweepctl keep \(trial.id)"))
            let light = try await daemon.engine.checkFiles(contents: false)
            #expect(light.findings == [])
            for attempt in 1...2 {
                let error = await #expect(throws: EngineError.self) {
                    try await daemon.engine.promote(sweep: nil, trial: trial.id, caller: Daemon.user)
                }
                #expect(error?.code == .damaged)
                #expect(error?.message.contains(model.path) == true)
                #expect(error?.message.contains("set aside in damaged/") == (attempt == 1))
                #expect(error?.message.contains("sweepctl keep \(trial.id)") == true)
            }
            let aside = box.folder.absolute("\(StateFolder.damaged)/t\(trial.id)-a1")
            #expect(try Data(contentsOf: URL(fileURLWithPath: aside)) == bytes)
            #expect(try await daemon.engine.checkFiles(contents: false).findings.count == 1)
            #expect(try await daemon.engine.footprint().damagedFiles == 1)
            _ = try await daemon.engine.keep(trial.id, caller: Daemon.user)
            #expect(try Data(contentsOf: file) == sound)
            #expect(try await daemon.engine.checkFiles().findings == [])
            let (_, measuredNow) = try await daemon.engine.promote(sweep: nil, trial: trial.id, caller: Daemon.user)
            #expect(measuredNow)
            try await daemon.stop()
        }
    }

    @Test("A model whose training gives other bits is not kept")
    func otherBits() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let file = Files.row(1, iterations: 10)
            let plan = try #require(try SweepSpec(parsing: file, overrides: [], name: nil).expand().first)
            let sweep = try await box.memory.submit(
                NewSweep(
                    name: "t", file: file, overrides: "[]", priority: 0, metric: .valAccuracy, datasetDigest: nil,
                    version: "test", caller: Daemon.user, key: nil, submittedAt: .now,
                    trials: [NewSweep.NewTrial(parameters: plan.parameters, seed: plan.seed)])
            ).sweep
            let metrics = TrialMetrics(valAccuracy: 1, trainAccuracy: 1, valLoss: 0, trainLoss: 0)
            let model = StoredFile(path: "models/t1-a1", bytes: 1, digest: "of another kernel", iteration: 10)
            let updates: [TrialUpdate] = [
                .started(instructionSet: "avx2", iterations: 10, iteration: 0),
                .ended(.completed, reason: nil, iteration: 10, metrics: metrics, model: model, seconds: 1),
            ]
            _ = try await box.memory.apply(
                updates.map { TrialWrite(trial: 1, attempt: 1, update: $0) }, events: [], at: .now)
            let error = await #expect(throws: EngineError.self) { try await daemon.engine.keep(1, caller: Daemon.user) }
            #expect(error?.code == .failed)
            #expect(error?.message.contains("other weights") == true, "\(error?.message ?? "")")
            #expect(try models(box) == [])
            #expect(try await box.memory.trial(1)?.isPinned == false)
            #expect(sweep.id == 1)
            try await daemon.stop()
        }
    }

    @Test("A trial without a model cannot be kept, and the reason is given")
    func nothingToKeep() async throws {
        try await Box.with { box in
            let daemon = try await box.start()
            let sweep = try await daemon.submit(Files.endless(1))
            let trial = try #require(try await box.memory.trials(TrialQuery(sweep: sweep)).first)
            let error = await #expect(throws: EngineError.self) {
                try await daemon.engine.keep(trial.id, caller: Daemon.user)
            }
            #expect(error?.code == .conflict)
            let none = await #expect(throws: EngineError.self) { try await daemon.engine.keep(99, caller: Daemon.user) }
            #expect(none?.code == .notFound)
            try await daemon.stop()
        }
    }

    @Test("Files stay while somebody holds them, and one that is written again stays for good")
    func heldFiles() async throws {
        try await Box.with { box in
            let names = ["models/a", "models/b", "models/c"]
            for name in names { _ = try box.folder.write([1], to: name, iteration: 1) }
            box.folder.hold()
            box.folder.hold()
            for name in names { try box.folder.remove(name) }
            _ = try box.folder.write([2], to: "models/b", iteration: 1)
            box.folder.held.spare("models/c")
            try box.folder.letGo()
            #expect(try models(box) == ["a", "b", "c"])
            try box.folder.letGo()
            #expect(try models(box) == ["b", "c"])
            try box.folder.remove("models/b")
            #expect(try models(box) == ["c"])
        }
    }

    @Test("What a crash left of a backup is removed by the next start")
    func halfCopies() async throws {
        try await Box.with { box in
            let half = box.folder.absolute("backup-1234.partial.partial")
            try Data("half".utf8).write(to: URL(fileURLWithPath: half))
            let daemon = try await box.start()
            #expect(!FileManager.default.fileExists(atPath: half))
            try await daemon.stop()
        }
    }
}
