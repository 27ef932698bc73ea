import Foundation
import NIOCore
import SweepAPI
import SweepClient
import SweepClientTestKit
import Testing

@testable import SweepCommands

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

struct DashboardTests {
    @Test(
        arguments: [
            ([:], nil), (["DISPLAY": ":0"], "/usr/bin/xdg-open"),
            (["WAYLAND_DISPLAY": "wayland-0"], "/usr/bin/xdg-open"),
            (["DISPLAY": ""], nil), (["DISPLAY": ":0", "SSH_CONNECTION": "a 1 b 22"], nil),
            (["DISPLAY": ":0", "PATH": "bin:/opt/bin"], nil),
            (["DISPLAY": ":0", "PATH": "/opt:/usr/bin"], "/usr/bin/xdg-open"),
        ] as [([String: String], String?)])
    func aBrowserIsOpenedOnADesktopOnly(environment: [String: String], program: String?) {
        #expect(BrowserOpener.program(environment) { $0 == "/usr/bin/xdg-open" || $0 == "bin/xdg-open" } == program)
    }

    @Test(
        arguments: [
            ([:], nil),
            (
                ["SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22", "USER": "ada"],
                "ssh -N -L 7333:127.0.0.1:7333 ada@10.0.0.2"
            ),
            (["SSH_CONNECTION": "::1 5 fe80::2 2222"], "ssh -N -L 7333:127.0.0.1:7333 -p 2222 fe80::2"),
            (["SSH_CONNECTION": "nonsense"], nil),
        ] as [([String: String], String?)])
    func overSSHTheWayIsNamed(environment: [String: String], line: String?) {
        #expect(BrowserOpener.tunnel(environment, port: 7333) == line)
    }

    @Test func theBrowserIsToldTheAddress() async throws {
        try await TemporaryFolder.with { folder in
            // A named pipe, so that reading waits for what the program writes.
            try #require(mkfifo(folder + "/told", 0o600) == 0)
            let script = folder + "/xdg-open"
            try Data("#!/bin/sh\nprintf %s \"$1\" > \"$TOLD\"\n".utf8).write(to: URL(fileURLWithPath: script))
            try #require(chmod(script, 0o700) == 0)
            try BrowserOpener.start(script, "http://127.0.0.1:1/?token=a&b", ["TOLD": folder + "/told"])
            let told = try FileAccess.read(folder + "/told", limit: 1000)
            #expect(String(decoding: told, as: UTF8.self) == "http://127.0.0.1:1/?token=a&b")
        }
    }

    @Test(arguments: [["--port", "65536"], ["--port", "-1"], ["--port", "http"]])
    func aPortIsANumber(arguments: [String]) async {
        #expect(await Sweepctl.run(["dashboard"] + arguments).status == 2)
    }

    @Test func aDaemonOfOthersIsNotWaitedFor() async throws {
        let (run, _) = try await Sweepctl.run(["dashboard", "--port", "0"]) { _ in .init("{}", wire: 99) }
        #expect((run.status, run.output) == (6, ""))
    }

    /// The program itself: one line on standard output, then requests, then Ctrl-C.
    @Test(arguments: [true, false])
    func itServesUntilInterrupted(isRunning: Bool) async throws {
        let answer: FakeDaemon.Answer = { request in
            request.path == "/v1/health" ? try .json(Samples.daemon()) : .init("<p>page", type: "text/html")
        }
        try await FakeDaemon.with(answer) { daemon in
            if !isRunning { try await daemon.stop() }
            let (output, error) = (Pipe(), Pipe())
            let (status, ended) = AsyncStream.makeStream(of: Int32.self)
            let process = Process()
            process.executableURL = ProcessTests.program
            process.arguments = ["dashboard", "--port", "0"]
            process.environment = [
                "SWEEPD_SOCKET": daemon.path, "TERM": "dumb", "SSH_CONNECTION": "10.0.0.1 5 10.0.0.2 22",
            ]
            (process.standardOutput, process.standardError) = (output, error)
            process.terminationHandler = { process in
                ended.yield(process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus)
            }
            try process.run()

            let line = try #require(Self.firstLine(of: output))
            let url = try #require(URL(string: line))
            let port = try #require(url.port)
            #expect(url.host == "127.0.0.1")
            if !isRunning { try await daemon.start() }
            try await SweepClient.with(.tcp(host: "127.0.0.1", port: port)) { client in
                let nobody: AsyncStream<ByteBuffer>? = nil
                let entered = try await client.forward(
                    "GET", "/?" + (url.query ?? ""), headers: [], body: nobody)
                #expect(entered.status == 303)
                let cookie = try #require(entered.headers.first { $0.name.lowercased() == "set-cookie" }?.value)
                let page = try await client.forward(
                    "GET", "/", headers: [("Cookie", String(cookie.prefix { $0 != ";" }))], body: nobody)
                #expect(page.status == 200)
            }
            kill(process.processIdentifier, SIGINT)
            #expect(await status.first { _ in true } == 130)
            let notes = String(decoding: try error.fileHandleForReading.readToEnd() ?? Data(), as: UTF8.self)
            #expect(notes.contains("ssh -N -L \(port):127.0.0.1:\(port) 10.0.0.2"))
            #expect(notes.contains("the dashboard waits for it") != isRunning)
            #expect(try output.fileHandleForReading.readToEnd() ?? Data() == Data())
        }
    }

    private static func firstLine(of pipe: Pipe) -> String? {
        var bytes: [UInt8] = []
        while let byte = pipe.fileHandleForReading.readData(ofLength: 1).first, byte != UInt8(ascii: "\n") {
            bytes.append(byte)
        }
        return bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self)
    }
}
