import AsyncHTTPClient
import NIOCore
import NIOPosix

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why a download did not succeed, in one clause.
public struct DownloadError: Error, Sendable, CustomStringConvertible {
    public enum Code: Sendable, Equatable {
        /// The server answered with this HTTP status.
        case refused(Int)
        /// The server sent another part of the file than the one that was asked for.
        case wrongRange
        /// No connection, or it broke.
        case connection
        /// The file could not be written.
        case file
    }

    public var code: Code
    public var description: String
    public var cause: (any Error)?

    init(_ code: Code, _ description: String, cause: (any Error)? = nil) {
        (self.code, self.description, self.cause) = (code, description, cause)
    }

    static func connection(_ error: any Error) -> DownloadError {
        let words =
            switch error {
            case let error as NIOConnectionError where error.connectionErrors.isEmpty: "the host's name is not known"
            case let error as NIOConnectionError:
                (error.connectionErrors.first?.error as? IOError).map { String(cString: strerror($0.errnoCode)) }
                    ?? "the host cannot be reached"
            case let error as IOError: String(cString: strerror(error.errnoCode))
            case let error as HTTPClientError: error.shortDescription
            default: "the connection broke"
            }
        return DownloadError(.connection, words, cause: error)
    }

    static func file(_ code: CInt) -> DownloadError { DownloadError(.file, String(cString: strerror(code))) }
}
