import Foundation
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// Who is let in, by which way, and to do what.
@Suite struct AccessTests {
    struct Events: Decodable {
        struct Event: Decodable {
            var kind: String
            var uid: Int?
            var pid: Int?
            var detail: String
        }
        var events: [Event]
    }

    static let token = "correct-horse-battery-staple-0123456789"

    /// A port of loopback that was free a moment ago.
    private static func freePort() throws -> Int {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { throw Failure("no socket") }
        defer { close(descriptor) }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let bound = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(descriptor, $0, length) == 0 && getsockname(descriptor, $0, &length) == 0
            }
        }
        guard bound else { throw Failure("no free port") }
        return Int(UInt16(bigEndian: address.sin_port))
    }

    private static func stop(_ daemon: Running) async throws {
        daemon.signal(SIGTERM)
        let result = try await daemon.result()
        #expect(result.status == 0, "the daemon ended with \(result.status): \(result.errors)")
    }

    private static func tokenFile(_ box: Box, _ text: String = token + "\n") throws -> String {
        let path = try box.file("token-\(UUID().uuidString.prefix(8))", Data(text.utf8))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
        return path
    }

    // MARK: Audit

    @Test func everyChangeSaysWhoAskedForIt() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 200_000))
            #expect(try await box.ctl("submit", file).status == 0)
            #expect(try await box.ctl("pause", "1", "--reason", "lunch").status == 0)
            #expect(try await box.ctl("resume", "1").status == 0)
            #expect(try await box.ctl("stop", "1", "--reason", "enough").status == 0)
            #expect(try await box.ctl("cancel", "1", "--reason", "at once").status == 0)
            #expect(try await box.ctl("wait", "1").status == 1)
            // It is not in memory any more.
            #expect(try await box.ctl("retry", "1", "--cancelled").status == 0)
            #expect(try await box.ctl("cancel", "1").status == 0)
            let small = try box.file("small.json", Sample.sweep(iterations: 20))
            #expect(try await box.ctl("submit", small, "--wait").status == 0)
            #expect(try await box.ctl("promote", "2").status == 0)
            let answer = try RawSocket.exchange(
                "GET /v1/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n", with: box.socket)
            let json = try #require(answer.range(of: "{\"events\""))
            let events = try JSONDecoder().decode(Events.self, from: Data(answer[json.lowerBound...].utf8)).events
            for (kind, words) in [
                ("sweep_submitted", "small: 12 trials"), ("sweep_paused", "lunch"), ("sweep_resumed", ""),
                ("sweep_stopping", "enough"), ("sweep_cancelling", "at once"), ("trials_retried", ""),
                ("promoted", "right"),
            ] {
                let event = try #require(events.first { $0.kind == kind }, "no event \(kind)")
                #expect(event.uid == Int(geteuid()), "\(kind)")
                #expect(event.pid ?? 0 > 1, "\(kind)")
                #expect(words.isEmpty || event.detail.contains(words), "\(kind): \(event.detail)")
            }
        }
    }

    @Test func whatTheDaemonMakesIsItsUsersAlone() async throws {
        try await Box.withDaemon { box in
            let file = try box.file("sweep.json", Sample.sweep(iterations: 20))
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            let manager = FileManager.default
            func mode(_ path: String) throws -> Int {
                try #require(try manager.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
            }
            #expect(try mode(box.socket) == 0o660)
            let made = try manager.subpathsOfDirectory(atPath: box.state)
            #expect(made.contains("sweepd.db"))
            for path in [box.state] + made.map({ box.state + "/" + $0 }) where manager.fileExists(atPath: path) {
                #expect(try mode(path) & 0o077 == 0, "\(path)")
            }
        }
    }

    // MARK: Another user

    static var mayBecomeAnother: Bool {
        geteuid() == 0 && FileManager.default.isExecutableFile(atPath: "/usr/bin/setpriv")
    }

    @Test(.enabled(if: mayBecomeAnother, "needs root and setpriv, to ask as another user"))
    func anotherUserMaySubmitAndLookButNotChange() async throws {
        try await Box.withDaemon { box in
            // As a member of the group would find it; who may connect is not what this is about.
            guard chmod(box.socket, 0o666) == 0 else { throw Failure("chmod") }
            let program = box.folder.appendingPathComponent("ctl")
            try FileManager.default.copyItem(at: Tool.folder.appendingPathComponent("sweepctl"), to: program)
            guard chmod(program.path, 0o755) == 0 else { throw Failure("chmod") }
            func stranger(_ arguments: String...) async throws -> Tool.Result {
                try await Tool.launch(
                    URL(fileURLWithPath: "/usr/bin/setpriv"),
                    ["--reuid=4242", "--regid=4242", "--clear-groups", program.path] + arguments,
                    environment: ["SWEEPD_SOCKET": box.socket, "NO_COLOR": "1"], scratch: box.folder
                ).result()
            }
            let file = try box.file("sweep.json", Sample.sweep(iterations: 1_000_000))
            #expect(try await box.ctl("submit", file).status == 0)
            for verb in ["pause", "resume", "stop", "cancel", "retry", "promote"] {
                let refused = try await stranger(verb, "1")
                #expect(refused.status == 7, "\(verb): \(refused.errors)")
                for words in ["uid 0", "uid 4242", "sweepd-admin"] {
                    #expect(refused.errors.contains(words), "\(verb): \(refused.errors)")
                }
            }
            let place = box.folder.appendingPathComponent("theirs")
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            guard chmod(place.path, 0o777) == 0 else { throw Failure("chmod") }
            let backup = try await stranger("backup", place.path + "/copy")
            #expect(backup.status == 7, "\(backup.errors)")
            for arguments in [["status"], ["trials", "1"], ["audit", "1"], ["plan", file]] {
                let result = try await Tool.launch(
                    URL(fileURLWithPath: "/usr/bin/setpriv"),
                    ["--reuid=4242", "--regid=4242", "--clear-groups", program.path] + arguments,
                    environment: ["SWEEPD_SOCKET": box.socket], scratch: box.folder
                ).result()
                #expect(result.status == 0, "\(arguments): \(result.errors)")
            }
            // Its own sweep is another matter, and root may do everything.
            #expect(try await stranger("submit", file).status == 0)
            #expect(try await stranger("pause", "2").status == 0)
            #expect(try await box.ctl("cancel", "2").status == 0)
            #expect(try await stranger("retry", "2", "--cancelled").status == 0)
            #expect(try await stranger("cancel", "2").status == 0)
            #expect(try await box.ctl("cancel", "1").status == 0)
        }
    }

    @Test func whoSubmitsTooFastIsToldToWait() async throws {
        try await Box.with { box in
            let daemon = try await box.startDaemon(workers: 1, ["SWEEPD_SUBMITS_PER_MINUTE": "2"])
            let file = try box.file("sweep.json", Sample.sweep(iterations: 1_000_000))
            #expect(try await box.ctl("plan", file).status == 0)
            #expect(try await box.ctl("submit", file, "--key", "a").status == 0)
            #expect(try await box.ctl("submit", file, "--key", "a").status == 0)
            #expect(try await box.ctl("submit", file).status == 0)
            let refused = try await box.ctl("submit", file)
            #expect(refused.status == 8)
            #expect(refused.errors.contains("submits_per_minute"))
            #expect(try await box.ctl("plan", file).status == 0)
            try await Self.stop(daemon)
        }
    }

    // MARK: TCP

    @Test func overTCPTheTokenLetsIn() async throws {
        try await Box.with { box in
            let port = try Self.freePort()
            let file = try Self.tokenFile(box)
            let daemon = try await box.startDaemon(
                workers: 1, ["SWEEPD_HTTP": "127.0.0.1:\(port)", "SWEEPD_HTTP_TOKEN_FILE": file])
            func ctl(_ arguments: [String], _ more: [String: String]) async throws -> Tool.Result {
                try await Tool.start(
                    "sweepctl", arguments,
                    environment: ["SWEEPD_SOCKET": "tcp://127.0.0.1:\(port)", "NO_COLOR": "1"].merging(more) { $1 },
                    scratch: box.folder
                ).result()
            }
            #expect(try await ctl(["status"], ["SWEEPD_TOKEN_FILE": file]).status == 0)
            #expect(try await ctl(["status"], ["SWEEPD_TOKEN": Self.token]).status == 0)
            #expect(try await ctl(["status", "--token-file", file], [:]).status == 0)
            let encrypted = try await ctl(["status", "--socket", "https://127.0.0.1:\(port)"], [:])
            #expect(encrypted.status == 5)
            #expect(encrypted.errors.contains("does not speak TLS"), "\(encrypted.errors)")
            let missing = try await ctl(["status"], [:])
            #expect(missing.status == 7)
            #expect(missing.errors.contains("wants the daemon's token"), "\(missing.errors)")
            let wrong = try await ctl(["status"], ["SWEEPD_TOKEN": Self.token + "x"])
            #expect(wrong.status == 7)
            #expect(wrong.errors.contains("the wrong one"), "\(wrong.errors)")
            // A sweep that came by TCP is an administrator's to change, and a stream comes through.
            let sweep = try box.file("sweep.json", Sample.sweep(iterations: 20))
            let submitted = try await ctl(["submit", sweep, "--wait"], ["SWEEPD_TOKEN_FILE": file])
            #expect(submitted.status == 0, "\(submitted.errors)")
            #expect(try await ctl(["promote", "1"], ["SWEEPD_TOKEN_FILE": file]).status == 0)
            try await Self.stop(daemon)
            let gone = try await ctl(["status"], ["SWEEPD_TOKEN_FILE": file])
            #expect(gone.status == 5)
            #expect(gone.errors.contains("not running"), "\(gone.errors)")
        }
    }

    static var hasOpenSSL: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl") }

    @Test(.enabled(if: hasOpenSSL, "needs openssl, to make a certificate"))
    func withACertificateTheConnectionIsEncryptedAndChecked() async throws {
        try await Box.with { box in
            let (key, certificate) = (box.folder.path + "/key.pem", box.folder.path + "/cert.pem")
            let made = try await Tool.launch(
                URL(fileURLWithPath: "/usr/bin/openssl"),
                [
                    "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                    "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out",
                    certificate,
                ], environment: [:], scratch: box.folder
            ).result()
            #expect(made.status == 0, "\(made.errors)")
            guard chmod(key, 0o600) == 0 else { throw Failure("chmod") }
            let port = try Self.freePort()
            let file = try Self.tokenFile(box)
            let daemon = try await box.startDaemon(
                workers: 1,
                [
                    "SWEEPD_HTTP": "127.0.0.1:\(port)", "SWEEPD_HTTP_TOKEN_FILE": file,
                    "SWEEPD_HTTP_CERTIFICATE": certificate, "SWEEPD_HTTP_PRIVATE_KEY": key,
                ])
            func ctl(_ address: String, _ arguments: [String], trusting: String?) async throws -> Tool.Result {
                try await Tool.start(
                    "sweepctl", arguments,
                    environment: [
                        "SWEEPD_SOCKET": address, "SWEEPD_TOKEN_FILE": file, "SWEEPD_CA_FILE": trusting ?? "",
                        "NO_COLOR": "1",
                    ], scratch: box.folder
                ).result()
            }
            let right = try await ctl("https://localhost:\(port)", ["status"], trusting: certificate)
            #expect(right.status == 0, "\(right.errors)")
            let sweep = try box.file("sweep.json", Sample.sweep(iterations: 20))
            let submitted = try await ctl(
                "https://localhost:\(port)", ["submit", sweep, "--wait"], trusting: certificate)
            #expect(submitted.status == 0, "\(submitted.errors)")
            for (address, trusting) in [("localhost", nil), ("127.0.0.1", certificate)] as [(String, String?)] {
                let refused = try await ctl("https://\(address):\(port)", ["status"], trusting: trusting)
                #expect(refused.status == 5)
                #expect(refused.errors.contains("no trusted connection"), "\(refused.errors)")
                #expect(refused.errors.contains("SWEEPD_CA_FILE"), "\(refused.errors)")
            }
            let plain = try await ctl("tcp://127.0.0.1:\(port)", ["status"], trusting: nil)
            #expect(plain.status == 5, "\(plain.errors)")
            try await Self.stop(daemon)
        }
    }

    @Test func aDaemonThatWouldLetEverybodyInDoesNotStart() async throws {
        try await Box.with { box in
            let file = try Self.tokenFile(box)
            let open = try box.file("open", Data((Self.token + "\n").utf8))
            for (environment, words) in [
                (["SWEEPD_HTTP": "127.0.0.1:0"], "http_token_file"),
                (["SWEEPD_HTTP": "0.0.0.0:0", "SWEEPD_HTTP_TOKEN_FILE": file], "http_allow_remote"),
                (["SWEEPD_HTTP": "127.0.0.1:0", "SWEEPD_HTTP_TOKEN_FILE": open], "chmod 600"),
            ] {
                let result = try await box.launchDaemon(workers: 1, environment).result()
                #expect(result.status == 78, "\(result.errors)")
                #expect(result.errors.contains(words), "\(result.errors)")
            }
        }
    }

    // MARK: Socket activation

    static let activator = """
        import os, socket, sys
        path, program, *arguments = sys.argv[1:]
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(path)
        listener.listen(16)
        os.dup2(listener.fileno(), 3)
        os.set_inheritable(3, True)
        os.environ.update(LISTEN_PID=str(os.getpid()), LISTEN_FDS="1", LISTEN_FDNAMES="sweepd.socket")
        os.execv(program, [program] + arguments)
        """

    static var hasPython: Bool { FileManager.default.isExecutableFile(atPath: "/usr/bin/python3") }

    @Test(.enabled(if: hasPython, "needs python3, to pass a socket on"))
    func aSocketThatIsPassedIsServedAndLeftAlone() async throws {
        try await Box.with { box in
            let daemon = try Tool.launch(
                URL(fileURLWithPath: "/usr/bin/python3"),
                [
                    "-c", Self.activator, box.socket, Tool.folder.appendingPathComponent("sweepd").path, "serve",
                    "--state-dir", box.state, "--data-dir", box.data, "--socket", box.folder.path + "/other",
                    "--workers", "1",
                ], environment: [:], scratch: box.folder)
            try await box.until("the daemon answers") { try await box.ctl("version").status == 0 }
            #expect(!FileManager.default.fileExists(atPath: box.folder.path + "/other"))
            let file = try box.file("sweep.json", Sample.sweep(iterations: 20))
            #expect(try await box.ctl("submit", file, "--wait").status == 0)
            try await Self.stop(daemon)
            // It is the service manager's, who may still listen on it.
            #expect(FileManager.default.fileExists(atPath: box.socket))
        }
    }
}
