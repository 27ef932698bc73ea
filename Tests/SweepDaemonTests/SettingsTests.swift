import FoundationEssentials
import SweepAPI
import Testing

@testable import SweepDaemon

@Suite struct SettingsTests {
    private static func file(_ text: String, _ body: (String) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.path + "/sweepd-\(UUID().uuidString).json"
        try Data(text.utf8).write(to: URL(filePath: path))
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(path)
    }

    @Test func optionsWinOverEnvironmentAndEnvironmentOverFile() async throws {
        try await Self.file(#"{"workers": 1, "max_parallel": 7, "slice_seconds": 1, "state_dir": "/f"}"#) { path in
            let settings = try await Settings.load(
                file: path, arguments: [.workers: "3"],
                environment: ["SWEEPD_WORKERS": "2", "SWEEPD_MAX_PARALLEL": "8"])
            #expect(settings.workers == 3)
            #expect(settings.maxParallel == 8)
            #expect(settings.sliceSeconds == 1)
            #expect(settings.stateDir == "/f")
            #expect(settings.dataDir == "/f/data")
        }
    }

    @Test(arguments: [
        (#"{"workres": 1}"#, "workres"), (#"{"workers": "many"}"#, "workers"), (#"{"workers": 0}"#, "workers"),
        (#"{"slice_seconds": "brief"}"#, "slice_seconds"), (#"{"slice_seconds": true}"#, "slice_seconds"),
        (#"{"workers": true}"#, "workers"), (#"[1]"#, "JSON object"),
        (#"{"log_level": "loud"}"#, "log_level"),
        (#"{"socket": ""}"#, "socket"), ("", "JSON object"),
    ])
    func aWrongConfigurationIsRefusedWithItsKey(text: String, word: String) async throws {
        try await Self.file(text) { path in
            let failure = await #expect(throws: DaemonFailure.self) {
                try await Settings.load(file: path, arguments: [:], environment: [:])
            }
            #expect(failure?.status == .configuration)
            #expect(failure?.message.contains(word) == true, "\(failure?.message ?? "")")
        }
    }

    @Test func aMissingConfigurationFileIsRefused() async {
        let failure = await #expect(throws: DaemonFailure.self) {
            try await Settings.load(file: "/nowhere/sweepd.json", arguments: [:], environment: [:])
        }
        #expect(failure?.message.contains("/nowhere/sweepd.json") == true)
    }

    @Test func theStateDirectoryOfTheServiceManagerIsTheDefault() async throws {
        let settings = try await Settings.load(
            file: nil, arguments: [:], environment: ["STATE_DIRECTORY": "/var/lib/x:/other"])
        #expect(settings.stateDir == "/var/lib/x")
        #expect(settings.socket == "/run/sweepd/sweepd.sock")
    }
}
