import NIOCore

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// Why the proxy cannot listen.
public struct DashboardError: Error, Sendable {
    public enum Code: Sendable {
        case portTaken, notPermitted, failed
    }

    public var code: Code
    public var message: String
    public var cause: (any Error)?

    init(_ error: IOError, port: Int) {
        cause = error
        switch error.errnoCode {
        case EADDRINUSE:
            code = .portTaken
            message = "port \(port) is taken; choose another one with --port, or leave --port out to get a free one"
        case EACCES, EPERM:
            code = .notPermitted
            message = "port \(port) is not for ordinary users; choose one from 1024 on, or leave --port out"
        default:
            code = .failed
            message = "cannot listen on 127.0.0.1:\(port): \(String(cString: strerror(error.errnoCode)))"
        }
    }
}
