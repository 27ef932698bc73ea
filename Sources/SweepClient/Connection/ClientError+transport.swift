import AsyncHTTPClient
import NIOCore
import NIOPosix
import NIOSSL

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

extension ClientError {
    /// Sorts an error of the transport; `CancellationError` and ``ClientError`` pass through.
    static func sorting(_ error: any Error, at address: DaemonAddress) -> any Error {
        switch error {
        case let error as ClientError: error
        case is CancellationError: error
        case let error as HTTPClientError where error == .cancelled: CancellationError()
        case let error as HTTPClientError where error == .connectTimeout:
            ClientError.notRunning(address, "no answer in time", cause: error)
        case let error as HTTPClientError where error == .deadlineExceeded: ClientError.noAnswer(address, cause: error)
        case let error as NIOConnectionError:
            if let first = error.connectionErrors.first?.error {
                sorting(first, at: address)
            } else if let dns = error.dnsAError ?? error.dnsAAAAError {
                ClientError.notRunning(address, "the host's name is not known", cause: dns)
            } else {
                ClientError.notRunning(address, "no connection", cause: error)
            }
        case let error as IOError: sorting(errno: error.errnoCode, cause: error, at: address)
        case let error as NIOSSLError where error == .uncleanShutdown:
            ClientError.connectionLost(address, cause: error)
        case is NIOSSLError, is NIOSSLExtraError: ClientError.notTrusted(address, cause: error)
        case is ChannelError: ClientError.notRunning(address, "no connection", cause: error)
        default: ClientError.connectionLost(address, cause: error)
        }
    }

    static func sorting(errno code: CInt, cause: (any Error)? = nil, at address: DaemonAddress) -> ClientError {
        switch code {
        case ENOENT: notRunning(address, "no such socket", cause: cause)
        case ECONNREFUSED: notRunning(address, "connection refused", cause: cause)
        case ENOTSOCK, ENOTDIR: notRunning(address, "not a socket", cause: cause)
        case ENETUNREACH, EHOSTUNREACH, ETIMEDOUT: notRunning(address, "the host is not reachable", cause: cause)
        case EAGAIN: notRunning(address, "too many connections wait for it", cause: cause)
        case EACCES, EPERM: notPermitted(address, cause: cause)
        default: connectionLost(address, cause: cause)
        }
    }
}
