import Foundation
import Testing

/// What ends the process, and what the next start makes of it.
@Suite struct CrashTests {
    @Test func aTrialThatCrashesTheDaemonThreeTimesIsQuarantinedAndTheOthersComplete() async throws {
        try await Box.with { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 100))
            // The first crash makes it a suspect, the next three come while it runs alone.
            let fault = ["SWEEPD_FAULT": "slice-5:1:trap"]
            let first = try await box.startDaemon(fault)
            try await box.ctl("submit", file)
            var ends = [try await first.result().status]
            for _ in 0..<3 { ends.append(try await box.launchDaemon(fault).result().status) }
            #expect(ends.allSatisfy { $0 == 128 + SIGILL || $0 == 128 + SIGTRAP }, "\(ends)")
            let daemon = try await box.startDaemon(["SWEEPD_FAULT": "slice-5:1:trap"])
            #expect(try await box.ctl("wait", "1").status == 0)
            let trials = try await box.ctl("trials", "1", "--json").output
            #expect(trials.contains("quarantined: it has crashed the daemon 3 times while it ran alone"))
            let counts = try await box.ctl("status", "1", "--json").json(Counted.self).counts
            #expect(counts["failed"] == 1 && counts["queued"] == nil && counts["running"] == nil, "\(counts)")
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)
        }
    }

    @Test func killsChargeNobody() async throws {
        try await Box.with { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 2000))
            for round in 0..<4 {
                let daemon = try await box.startDaemon(workers: 1)
                if round == 0 { try await box.ctl("submit", file) }
                daemon.signal(SIGKILL)
                _ = try await daemon.result()
            }
            let daemon = try await box.startDaemon(workers: 1)
            #expect(try await box.ctl("wait", "1").status == 0)
            #expect(try await !box.ctl("trials", "1", "--json").output.contains("quarantined"))
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)
        }
    }

    @Test func aReloadTakesTheNewConfigurationAndKeepsTheOldOneWhenItDoesNotFit() async throws {
        try await Box.with { box in
            let config = try box.file("sweepd.json", Data(#"{"log_level": "warning"}"#.utf8))
            let daemon = try Tool.start(
                "sweepd",
                [
                    "serve", "--config", config, "--state-dir", box.state, "--data-dir", box.data, "--socket",
                    box.socket,
                ], scratch: box.folder)
            try await box.until("the daemon answers") { try await box.ctl("version").status == 0 }
            try Data(#"{"log_level": "loud"}"#.utf8).write(to: URL(fileURLWithPath: config))
            daemon.signal(SIGHUP)
            try await box.until("the refusal is logged") { try daemon.errorsSoFar().contains("stays as it was") }
            #expect(try await box.ctl("status").status == 0)
            try Data(#"{"log_level": "info", "max_parallel": 3, "workers": 9}"#.utf8)
                .write(to: URL(fileURLWithPath: config))
            daemon.signal(SIGHUP)
            try await box.until("the reload is logged") { try daemon.errorsSoFar().contains("keys=workers") }
            daemon.signal(SIGTERM)
            #expect(try await daemon.result().status == 0)
        }
    }
}

private struct Counted: Decodable {
    var counts: [String: Int]
}
