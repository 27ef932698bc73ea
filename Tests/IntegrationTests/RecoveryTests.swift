import Foundation
import Testing

/// The daemon ends in every way it can; the trials come out with the same bits.
@Suite struct RecoveryTests {
    struct Trials: Decodable {
        struct Trial: Decodable {
            var state: String
            var attempt: Int
            var iteration: Int
        }
        var trials: [Trial]
    }

    /// What must be the same in every run.
    private static func results(_ box: Box) async throws -> String {
        let exported = try await box.ctl("export", "1", "--format", "csv", "--reproducible")
        #expect(exported.status == 0, "\(exported.errors)")
        #expect(exported.output.split(separator: "\n").count == 13)
        return exported.output
    }

    private static func undisturbed(_ iterations: Int, workers: Int) async throws -> String {
        var results = ""
        try await Box.withDaemon(workers: workers) { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: iterations))
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            results = try await Self.results(box)
        }
        return results
    }

    /// - Parameter orEnd: on a box that is slow to ask, the sweep may have ended first, which is as good.
    private static func someProgress(_ box: Box, orEnd: Bool = false) async throws {
        try await box.until("some trial has trained") {
            let trials = try await box.ctl("trials", "1", "--json").json(Trials.self).trials
            if orEnd, !trials.contains(where: { $0.state == "running" || $0.state == "queued" }) { return true }
            return trials.contains { $0.state == "running" && $0.iteration > 1 }
        }
    }

    @Test func oneWorkerAndThreeMakeTheSameBits() async throws {
        let one = try await Self.undisturbed(300, workers: 1)
        let three = try await Self.undisturbed(300, workers: 3)
        #expect(one == three)
    }

    @Test func aKilledDaemonGoesOnToTheSameBits() async throws {
        let expected = try await Self.undisturbed(4000, workers: 1)
        try await Box.with { box in
            var daemon = try await box.startDaemon()
            let file = try box.file("sweep.json", Sample.sweep(iterations: 4000))
            #expect(try await box.ctl("submit", file).status == 0)
            for kill in 0..<3 {
                try await Self.someProgress(box, orEnd: kill > 0)
                daemon.signal(SIGKILL)
                #expect(try await daemon.result().status == 128 + SIGKILL)
                daemon = try await box.startDaemon()
            }
            #expect(try await box.ctl("wait", "1").status == 0)
            #expect(try await Self.results(box) == expected)
            #expect(try await box.ctl("audit", "1").status == 0)
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)
        }
    }

    @Test func aStoppedDaemonChargesNoAttemptAndGoesOnToTheSameBits() async throws {
        let expected = try await Self.undisturbed(4000, workers: 2)
        try await Box.with { box in
            var daemon = try await box.startDaemon()
            let file = try box.file("sweep.json", Sample.sweep(iterations: 4000))
            #expect(try await box.ctl("submit", file).status == 0)
            try await Self.someProgress(box)
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)
            daemon = try await box.startDaemon(workers: 1)
            let trials = try await box.ctl("trials", "1", "--json").json(Trials.self).trials
            #expect(trials.allSatisfy { $0.attempt == 1 })
            #expect(try await box.ctl("wait", "1").status == 0)
            #expect(try await Self.results(box) == expected)
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)
        }
    }

    @Test func aPausedSweepGoesOnToTheSameBits() async throws {
        let expected = try await Self.undisturbed(4000, workers: 2)
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 4000))
            #expect(try await box.ctl("submit", file).status == 0)
            try await Self.someProgress(box)
            #expect(try await box.ctl("pause", "1", "--reason", "lunch").status == 0)
            try await box.until("nothing runs") {
                let trials = try await box.ctl("trials", "1", "--json").json(Trials.self).trials
                return trials.allSatisfy { $0.state != "running" }
            }
            #expect(try await box.ctl("resume", "1").status == 0)
            #expect(try await box.ctl("wait", "1").status == 0)
            #expect(try await Self.results(box) == expected)
        }
    }

    @Test func aSecondDaemonLeavesAndTheFirstIsUnharmed() async throws {
        try await Box.withDaemon { box in
            let second = try await box.launchDaemon().result()
            #expect(second.status == 4)
            #expect(second.errors.contains("another sweepd runs on the state folder"), "\(second.errors)")
            #expect(try await box.ctl("status").status == 0)
        }
    }

    @Test func aDaemonOnAnotherStateFolderDoesNotTakeTheSocket() async throws {
        try await Box.withDaemon { box in
            let second = try await Tool.start(
                "sweepd", ["serve", "--state-dir", box.state + "2", "--socket", box.socket], scratch: box.folder
            ).result()
            #expect(second.status == 4)
            #expect(second.errors.contains("somebody listens"), "\(second.errors)")
            #expect(try await box.ctl("status").status == 0)
        }
    }

    @Test func theSocketIsForOwnerAndGroupAndTheStateForTheOwner() async throws {
        try await Box.withDaemon { box in
            let manager = FileManager.default
            let socket = try manager.attributesOfItem(atPath: box.socket)[.posixPermissions] as? Int
            #expect(socket == 0o660)
            let attributes = try manager.attributesOfItem(atPath: box.state + "/sweepd.db")
            let mode = try #require(attributes[.posixPermissions] as? Int)
            #expect(mode & 0o077 == 0)
        }
    }

    @Test func aFileThatIsNoDatabaseIsRefusedAndLeftAlone() async throws {
        try await Box.with { box in
            try FileManager.default.createDirectory(atPath: box.state, withIntermediateDirectories: true)
            let garbage = Data(repeating: 0x5a, count: 8192)
            try garbage.write(to: URL(fileURLWithPath: box.state + "/sweepd.db"))
            let refused = try await box.launchDaemon().result()
            #expect(refused.status == 78)
            #expect(refused.errors.contains("sweepd.db"), "\(refused.errors)")
            #expect(try Data(contentsOf: URL(fileURLWithPath: box.state + "/sweepd.db")) == garbage)
        }
    }
}
