import Foundation
import Testing

/// Searches that go by results, with the real programs.
@Suite struct SearchTests {
    struct Trials: Decodable {
        struct Trial: Decodable {
            var trial: Int
            var state: String
            var iteration: Int
            var reason: String?
        }
        var trials: [Trial]
    }

    struct Audit: Decodable {
        var sound: Bool
        var digest: String
    }

    private static let file = """
        {"name": "judged", "method": "tpe", "run_cap": 24, "seed": 3,
         "early_terminate": {"type": "asha", "min_epochs": 1, "eta": 3},
         "dataset": {"name": "synthetic", "train": 200, "validation": 50, "test": 50, "inputs": 12, "classes": 3},
         "parameters": {"learning_rate": {"distribution": "log_uniform_values", "min": 1e-5, "max": 1},
                        "hidden_size": {"min": 4, "max": 9}, "batch_size": {"value": 20}, "epochs": {"value": 9}}}
        """

    @Test func theSameDecisionsWithOneWorkerAndThroughAKill() async throws {
        var digests: [String] = []
        try await Box.withDaemon(workers: 1) { box in
            let file = try box.file("sweep.json", Data(Self.file.utf8))
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            let audit = try await box.ctl("audit", "1", "--json").json(Audit.self)
            #expect(audit.sound)
            digests.append(audit.digest)
        }
        try await Box.with { box in
            let file = try box.file("sweep.json", Data(Self.file.utf8))
            let first = try await box.startDaemon(workers: 2)
            #expect(try await box.ctl("submit", file).status == 0)
            first.signal(SIGKILL)
            _ = try await first.result()
            let second = try await box.startDaemon(workers: 2)
            #expect(try await box.ctl("wait", "1").status == 0)
            let audit = try await box.ctl("audit", "1", "--json").json(Audit.self)
            #expect(audit.sound)
            digests.append(audit.digest)
            second.signal(SIGTERM)
            #expect(try await second.result().status == 0)
        }
        #expect(digests.count == 2 && digests.first == digests.last)
    }

    @Test func aPrunedTrialCanGoOn() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Data(Self.file.utf8))
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            let pruned = try await box.ctl("trials", "1", "--state", "pruned", "--json").json(Trials.self).trials
            let first = try #require(pruned.first)
            #expect(pruned.allSatisfy { $0.reason?.isEmpty == false })
            #expect(try await box.ctl("resume-trial", "\(first.trial)").status == 0)
            #expect(try await box.ctl("wait", "1").status == 0)
            let completed = try await box.ctl("trials", "1", "--state", "completed", "--json").json(Trials.self).trials
            #expect(completed.contains { $0.trial == first.trial && $0.iteration > first.iteration })
            #expect(try await box.ctl("verify", "\(first.trial)").status == 0)
            #expect(try await box.ctl("audit", "1").status == 0)
            #expect(try await box.ctl("check").status == 0)
            #expect(try await box.ctl("resume-trial", "\(first.trial)").status == 4)
            #expect(try await box.ctl("resume-trial", "999").status == 3)
        }
    }
}
