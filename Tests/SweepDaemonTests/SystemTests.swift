import Foundation
import Logging
import SweepAPI
import SweepModel
import Testing

@testable import SweepDaemon

@Suite struct SystemTests {
    @Test func aCrashNoteIsRead() throws {
        let note = try #require(CrashEvidence(note: "b0-7 SIGILL 12 1" + String(repeating: " ", count: 90) + "\n"))
        #expect(note == CrashEvidence(boot: "b0-7", signal: "SIGILL", trial: 12, wasAlone: true))
        #expect(CrashEvidence(note: "b SIGSEGV 0 3")?.trial == nil)
        #expect(CrashEvidence(note: "b SIGSEGV 4 3")?.wasAlone == false)
    }

    @Test(arguments: ["", String(repeating: " ", count: 128), "b SIGILL 1", "b ILL 1 1", "b SIGILL x 1", "\0\0\0"])
    func aNoteThatIsNoneIsNoEvidence(text: String) {
        #expect(CrashEvidence(note: text) == nil)
    }

    @Test func theLowestLimitOfTheControlGroupsCounts() {
        let files = [
            "/sys/fs/cgroup/system.slice/sweepd.service/memory.high": "800\n",
            "/sys/fs/cgroup/system.slice/sweepd.service/memory.max": "max\n",
            "/sys/fs/cgroup/system.slice/memory.max": "500\n",
        ]
        #expect(MemoryLimit.controlGroup("0::/system.slice/sweepd.service\n") { files[$0] } == 500)
        #expect(MemoryLimit.controlGroup("0::/\n") { files[$0] } == nil)
        #expect(MemoryLimit.controlGroup("1:name=systemd:/user\n") { files[$0] } == nil)
    }

    @Test func aLevelThatIsChangedHoldsForEveryLogger() {
        let level = SharedLogLevel(.info)
        let (all, quiet) = (level.logger("all"), level.logger("quiet", least: .warning))
        #expect(all.logLevel == .info && quiet.logLevel == .warning)
        level.value = .debug
        #expect(all.logLevel == .debug && quiet.logLevel == .warning)
        level.value = .error
        #expect(all.logLevel == .error && quiet.logLevel == .error)
    }

    @Test func oneDaemonHasTheStateFolderUntilItEnds() throws {
        let folder = NSTemporaryDirectory() + "sweepd-lock-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var first: StateLock? = try StateLock(folder: folder)
        // As a child of the daemon has one for a moment, between its birth and its program.
        let copy = dup(try #require(first).file)
        defer { close(copy) }
        for _ in 1...2 {
            let failure = try #require(throws: DaemonFailure.self) { _ = try StateLock(folder: folder) }
            #expect(failure.status == .conflict && failure.message.contains("another sweepd runs on"))
        }
        first = nil
        _ = try StateLock(folder: folder)
    }

    @Test func aReloadTakesWhatItMayAndNamesTheRest() async throws {
        let old = try await Settings.load(file: nil, arguments: [.stateDir: "/s"], environment: [:])
        let new = try await Settings.load(
            file: nil, arguments: [.stateDir: "/t", .workers: "7", .maxParallel: "9", .keepModels: "5"],
            environment: [:])
        #expect(new.changesThatNeedRestart(since: old).contains(.stateDir))
        #expect(new.changesThatNeedRestart(since: old).contains(.workers))
        #expect(!new.changesThatNeedRestart(since: old).contains(.maxParallel))
        let kept = new.keepingWhatNeedsRestart(of: old)
        #expect(kept.stateDir == "/s" && kept.workers == old.workers)
        #expect(kept.maxParallel == 9 && kept.keepModels == 5)
    }
}
