import FoundationEssentials
import SweepClientTestKit
import Synchronization
import Testing

@testable import SweepClient

struct HTTPDownloaderTests {
    static let content = String(repeating: "0123456789", count: 10_000)
    /// Waits longer than a test on a busy machine may lie idle, so that it never begins again for that reason.
    static let downloader = HTTPDownloader(
        attempts: 3, policy: ReconnectPolicy(first: .milliseconds(1), longest: .milliseconds(2)), silence: 3600)

    /// Serves the content by ranges; `cut` bytes of each answer arrive before the connection breaks.
    static func ranges(cut: Int? = nil) -> FakeDaemon.Answer {
        { request in
            let start = request.headers["range"].flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0
            let rest = content.dropFirst(start)
            let sent = cut.map { rest.prefix($0) } ?? rest
            var reply = FakeDaemon.Reply(
                String(sent), status: start > 0 ? 206 : 200, type: "application/octet-stream",
                end: sent.count < rest.count ? .cut : .whole)
            if start > 0 { reply.headers["Content-Range"] = "bytes \(start)-\(content.count - 1)/\(content.count)" }
            return reply
        }
    }

    /// Downloads to a file that holds `before`; returns the file, the ranges that were asked for, and the last progress.
    private func download(
        before: String = "", with downloader: HTTPDownloader = downloader, _ answer: @escaping FakeDaemon.Answer
    ) async throws -> (file: String, ranges: [String?], progress: Int, error: DownloadError?) {
        try await TemporaryFolder.with { folder in
            let path = folder + "/file"
            try Data(before.utf8).write(to: URL(fileURLWithPath: path))
            return try await FakeDaemon.withPort(answer) { server in
                let progress = Mutex(0)
                var failure: DownloadError?
                do {
                    try await downloader.download(url: server.url + "/f", to: path, resumeAt: before.utf8.count) {
                        bytes in progress.withLock { $0 = bytes }
                    }
                } catch let error as DownloadError {
                    failure = error
                }
                let file = String(decoding: try Data(contentsOf: URL(fileURLWithPath: path)), as: UTF8.self)
                return (file, server.requests.map { $0.headers["range"] }, progress.withLock { $0 }, failure)
            }
        }
    }

    @Test func bringsAWholeFile() async throws {
        let result = try await download(Self.ranges())
        #expect(result.file == Self.content)
        #expect(result.ranges == [nil])
        #expect(result.progress == Self.content.count)
    }

    @Test func goesOnWhereAnEarlierDownloadStopped() async throws {
        let result = try await download(before: String(Self.content.prefix(12_345)), Self.ranges())
        #expect(result.file == Self.content)
        #expect(result.ranges == ["bytes=12345-"])
    }

    @Test func goesOnByItselfAfterABrokenConnection() async throws {
        let result = try await download(Self.ranges(cut: 40_000))
        #expect(result.file == Self.content)
        // How much of a broken answer is handed on is up to the transport; each attempt must begin where the file ends.
        let starts = result.ranges.map { range in range.flatMap { Int($0.dropFirst("bytes=".count).dropLast()) } ?? 0 }
        #expect(starts.count >= 3)
        #expect(zip(starts, starts.dropFirst()).allSatisfy { $0 < $1 && $1 - $0 <= 40_000 })
    }

    @Test func beginsAnewWhenTheServerKnowsNoRanges() async throws {
        let result = try await download(before: "something else") { _ in .init(Self.content) }
        #expect(result.file == Self.content)
    }

    @Test func aRefusalLeavesTheFileAsItIs() async throws {
        let result = try await download(before: "012") { _ in .init("no such file", status: 404) }
        #expect(result.file == "012")
        #expect(result.error?.code == .refused(404))
        #expect(result.error?.description == "the server answered 404 Not Found")
    }

    @Test(arguments: ["bytes 4-9/10", "bytes */10", "3-9", ""])
    func anotherRangeThanAskedForIsRefused(range: String) async throws {
        let result = try await download(before: "012") { _ in
            var reply = FakeDaemon.Reply("3456789", status: 206)
            reply.headers["Content-Range"] = range
            return reply
        }
        #expect(result.file == "012")
        #expect(result.error?.code == .wrongRange)
    }

    @Test func givesUpWhenNothingArrivesAnyMore() async throws {
        let result = try await download { _ in .init("", end: .cut) }
        #expect(result.error?.code == .connection)
        #expect(result.ranges.count == 3)
    }

    @Test func aServerThatFallsSilentIsLeft() async throws {
        var impatient = Self.downloader
        (impatient.attempts, impatient.silence) = (1, 1)
        let result = try await download(with: impatient) { _ in .init("012", end: .open) }
        #expect(result.error?.code == .connection)
    }

    @Test func endsWhenTheProgressThrows() async throws {
        struct Enough: Error {}
        try await TemporaryFolder.with { folder in
            _ = try await FakeDaemon.withPort(Self.ranges()) { server in
                await #expect(throws: Enough.self) {
                    try await Self.downloader.download(url: server.url, to: folder + "/f", resumeAt: 0) { _ in
                        throw Enough()
                    }
                }
            }
        }
    }

    @Test func aPortThatNobodyListensOnIsNamedAsSuch() async throws {
        try await TemporaryFolder.with { folder in
            let error = try await #require(throws: DownloadError.self) {
                try await Self.downloader.download(url: "http://127.0.0.1:1/f", to: folder + "/f", resumeAt: 0) { _ in }
            }
            #expect(error.description == "Connection refused")
        }
    }

    @Test func aFolderThatIsNotThereIsAnErrorOfTheFile() async throws {
        let error = try await #require(throws: DownloadError.self) {
            try await Self.downloader.download(url: "http://127.0.0.1:1/f", to: "/nowhere/f", resumeAt: 0) { _ in }
        }
        #expect(error.code == .file)
    }
}
