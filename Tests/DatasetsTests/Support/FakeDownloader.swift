import Datasets
import Foundation
import Synchronization

/// Serves files from memory, counts requests, and breaks off where it is told to.
final class FakeDownloader: Downloader {
    struct Broken: Error {}

    /// What was asked for: the address and where to resume.
    struct Request: Equatable {
        let url: String
        let resumeAt: Int
    }

    private let files: [String: [UInt8]]
    private let breakAfter: Mutex<Int?>
    private let ignoresRanges: Bool
    let requests = Mutex<[Request]>([])

    /// - Parameters:
    ///   - files: contents by URL.
    ///   - breakAfter: bytes of the first download after which the connection breaks.
    init(_ files: [String: [UInt8]], breakAfter: Int? = nil, ignoresRanges: Bool = false) {
        (self.files, self.ignoresRanges) = (files, ignoresRanges)
        self.breakAfter = Mutex(breakAfter)
    }

    func download(
        url: String, to path: String, resumeAt: Int, progress: @escaping @Sendable (Int) throws -> Void
    ) async throws {
        requests.withLock { $0.append(Request(url: url, resumeAt: resumeAt)) }
        guard let whole = files[url] else { throw Broken() }
        let limit = breakAfter.withLock { value in
            defer { value = nil }
            return value
        }
        var data = resumeAt > 0 && !ignoresRanges ? try contents(of: path) : []
        let end = min(whole.count, limit ?? whole.count)
        while data.count < end {
            data += whole[data.count..<min(data.count + 100, end)]
            try write(data, to: path)
            try progress(data.count)
        }
        if limit != nil { throw Broken() }
    }
}
