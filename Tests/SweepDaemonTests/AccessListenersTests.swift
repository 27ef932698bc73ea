import FoundationEssentials
import Logging
import SweepAPI
import SweepHTTP
import Testing

@testable import SweepDaemon

/// What the daemon must not start with.
@Suite struct AccessListenersTests {
    static let token = "0123456789abcdef0123456789abcdef"

    /// A folder with a file of a token.
    private struct Folder {
        let path: String

        func file(_ name: String, _ text: String, mode: Int = 0o600) throws -> String {
            let file = path + "/" + name
            try Data(text.utf8).write(to: URL(filePath: file))
            try FileManager.default.setAttributes([.posixPermissions: mode], ofItemAtPath: file)
            return file
        }
    }

    private func with(_ body: (Folder) async throws -> Void) async throws {
        let path = FileManager.default.temporaryDirectory.path + "/sweepd-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: path) }
        try await body(Folder(path: path))
    }

    private func settings(_ values: [SettingKey: String]) async throws -> Settings {
        try await Settings.load(file: nil, arguments: values, environment: [:])
    }

    private func refusal(
        _ values: [SettingKey: String], _ environment: [String: String] = [:]
    ) async throws -> DaemonFailure {
        let settings = try await settings(values)
        return try #require(throws: DaemonFailure.self) { try AccessTCP(settings, environment) }
    }

    @Test func tcpIsOffByDefault() async throws {
        #expect(try AccessTCP(try await settings([:]), [:]) == nil)
        #expect(try AccessTCP(try await settings([.httpTokenFile: "/nowhere"]), [:]) == nil)
    }

    @Test func loopbackWithATokenIsTaken() async throws {
        try await with { folder in
            let file = try folder.file("token", Self.token + "\nnotes\n")
            for text in ["127.0.0.1:0", "[::1]:7070", "localhost:7070"] {
                let access = try #require(
                    try AccessTCP(try await settings([.http: text, .httpTokenFile: file]), [:]))
                #expect(access.isLoopback)
                #expect(access.tls == nil)
            }
            _ = try folder.file("sweepd-token", Self.token)
            #expect(
                try AccessTCP(try await settings([.http: "127.0.0.1:0"]), ["CREDENTIALS_DIRECTORY": folder.path]) != nil
            )
        }
    }

    @Test func withoutATokenItDoesNotStart() async throws {
        try await with { folder in
            for environment in [[:], ["CREDENTIALS_DIRECTORY": folder.path]] {
                let failure = try await refusal([.http: "127.0.0.1:7070"], environment)
                #expect(failure.status == .configuration)
                #expect(failure.message.contains("http_token_file"))
                #expect(failure.message.contains("sweepd-token"))
            }
        }
    }

    @Test(arguments: [
        ("", 0o600, "at least 32"), ("short\n", 0o600, "at least 32"), ("\n\(token)", 0o600, "at least 32"),
        ("\(token) and more\n", 0o600, "without spaces"), (token, 0o644, "chmod 600"), (token, 0o602, "chmod 600"),
    ])
    func aBadTokenFileIsRefused(text: String, mode: Int, words: String) async throws {
        try await with { folder in
            let file = try folder.file("token", text, mode: mode)
            let failure = try await refusal([.http: "127.0.0.1:7070", .httpTokenFile: file])
            #expect(failure.status == .configuration)
            #expect(failure.message.contains(words), "\(failure.message)")
            #expect(failure.message.contains(file))
            #expect(!failure.message.contains(Self.token))
        }
    }

    @Test func aTokenFileMustBeAFile() async throws {
        try await with { folder async throws in
            #expect(
                try await refusal([.http: "127.0.0.1:1", .httpTokenFile: folder.path]).message.contains("regular file"))
            #expect(
                try await refusal([.http: "127.0.0.1:1", .httpTokenFile: folder.path + "/x"]).message.contains(
                    "cannot be opened"))
        }
    }

    @Test(arguments: ["0.0.0.0:7070", "[::]:7070", "192.0.2.1:7070"])
    func whatOthersCanReachMustBeAllowed(text: String) async throws {
        try await with { folder in
            let file = try folder.file("token", Self.token)
            let failure = try await refusal([.http: text, .httpTokenFile: file])
            #expect(failure.status == .configuration)
            #expect(failure.message.contains("http_allow_remote"))
            let allowed = try await settings([.http: text, .httpTokenFile: file, .httpAllowRemote: "1"])
            #expect(try #require(try AccessTCP(allowed, [:])).isLoopback == false)
        }
    }

    @Test(arguments: ["7070", "box", "127.0.0.1", "127.0.0.1:99999", "http://127.0.0.1:1", "::1:7070"])
    func whatIsNoAddressIsRefused(text: String) async throws {
        let failure = try await refusal([.http: text])
        #expect(failure.status == .configuration)
        #expect(failure.message.contains("HOST:PORT"))
    }

    @Test func certificateAndKeyGoTogether() async throws {
        try await with { folder in
            let file = try folder.file("token", Self.token)
            let base: [SettingKey: String] = [.http: "127.0.0.1:0", .httpTokenFile: file]
            let alone = try await refusal(base.merging([.httpCertificate: file]) { $1 })
            #expect(alone.message.contains("http_private_key"))
            let key = try await refusal(base.merging([.httpPrivateKey: file]) { $1 })
            #expect(key.message.contains("http_certificate"))
            let both = base.merging([.httpCertificate: file, .httpPrivateKey: file]) { $1 }
            let wrong = try await refusal(both)
            #expect(wrong.status == .configuration)
            #expect(wrong.message.hasPrefix("http_certificate: \(file)"))
            let open = try folder.file("key", "-", mode: 0o644)
            let readable = try await refusal(both.merging([.httpPrivateKey: open]) { $1 })
            #expect(readable.message.contains("http_private_key: \(open)"))
            #expect(readable.message.contains("chmod 600"))
        }
    }

    @Test(arguments: [(64, 1024, 64), (64, 256, 64), (1000, 1024, 448), (64, 200, 36), (10, 0, 1)])
    func connectionsFitTheLimitOfOpenFiles(wanted: Int, files: Int, given: Int) {
        let quiet = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
        #expect(AccessListeners.connections(wanted, descriptors: files, quiet) == given)
    }
}

@Suite struct SocketActivationTests {
    @Test(
        arguments: [
            ([:], nil), (["LISTEN_PID": "7", "LISTEN_FDS": "1"], 3), (["LISTEN_PID": "8", "LISTEN_FDS": "1"], nil),
            (["LISTEN_PID": "7", "LISTEN_FDS": "0"], nil), (["LISTEN_PID": "7", "LISTEN_FDS": "x"], nil),
            (["LISTEN_PID": "7", "LISTEN_FDS": "-1"], nil), (["LISTEN_PID": "7"], nil), (["LISTEN_FDS": "1"], nil),
            (["LISTEN_PID": "7", "LISTEN_FDS": "99999999999"], nil),
            (["LISTEN_PID": "7", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "other:sweepd"], 4),
            (["LISTEN_PID": "7", "LISTEN_FDS": "2", "LISTEN_FDNAMES": "sweepd.socket:"], 3),
            (["LISTEN_PID": "7", "LISTEN_FDS": "1", "LISTEN_FDNAMES": "other:sweepd"], 3),
        ] as [([String: String], Int32?)])
    func theNamedDescriptorOrTheFirstIsTaken(environment: [String: String], descriptor: Int32?) {
        #expect(SocketActivation.choose(environment, pid: 7)?.socket == descriptor)
    }

    @Test func allThatArePassedAreKnown() {
        let environment = ["LISTEN_PID": "7", "LISTEN_FDS": "3"]
        #expect(SocketActivation.choose(environment, pid: 7)?.all == 3..<6)
    }
}
