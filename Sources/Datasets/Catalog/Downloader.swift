/// Brings one file over the network; the only thing about fetching that this room leaves to others.
public protocol Downloader: Sendable {
    /// Downloads `url` into the file at `path`, whose first `resumeAt` bytes are there already.
    ///
    /// Appends when the server grants the range. When it answers with the whole file instead, the file is emptied
    /// first. An answer other than success throws and leaves the file as it is. What has arrived stays in the file
    /// when the connection breaks, so that the next call goes on from there.
    ///
    /// - Parameter progress: to be told the bytes in the file, after each piece has been written; throws when there
    ///   are more than there should be, and the download must then end.
    func download(
        url: String, to path: String, resumeAt: Int, progress: @escaping @Sendable (Int) throws -> Void
    ) async throws
}

/// How far a fetch is.
public struct FetchProgress: Sendable, Equatable {
    public enum Phase: String, Sendable {
        case downloading, verifying, unpacking
    }

    public let phase: Phase
    /// The file it is about.
    public let file: String
    /// Bytes of that file so far, of `totalBytes`.
    public let bytes: Int
    public let totalBytes: Int

    public init(phase: Phase, file: String, bytes: Int, totalBytes: Int) {
        (self.phase, self.file, self.bytes, self.totalBytes) = (phase, file, bytes, totalBytes)
    }
}

/// How a fetch ended.
public enum FetchOutcome: Sendable, Equatable {
    /// The folder was complete before.
    case alreadyThere(String)
    /// The folder has been put there.
    case installed(String)
}
