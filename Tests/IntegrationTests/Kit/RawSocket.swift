import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#endif

/// A client that does not speak HTTP.
enum RawSocket {
    /// Connects, sends, and hangs up without reading; false when there is nobody to connect to.
    static func send(_ bytes: [UInt8], to path: String) -> Bool {
        guard let file = connected(to: path) else { return false }
        defer { close(file) }
        _ = Glibc.send(file, bytes, bytes.count, Int32(MSG_NOSIGNAL))
        return true
    }

    /// Connects, sends, and reads until the other side hangs up.
    static func exchange(_ text: String, with path: String) throws -> String {
        guard let file = connected(to: path) else { throw Failure("nobody listens on \(path)") }
        defer { close(file) }
        let bytes = Array(text.utf8)
        guard Glibc.send(file, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count else { throw Failure("send") }
        var (answer, piece): ([UInt8], [UInt8]) = ([], Array(repeating: 0, count: 1 << 16))
        while true {
            let count = read(file, &piece, piece.count)
            if count <= 0 { return String(decoding: answer, as: UTF8.self) }
            answer += piece.prefix(count)
        }
    }

    private static func connected(to path: String) -> Int32? {
        let file = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard file >= 0 else { return nil }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: Array(path.utf8)) }
        let isConnected = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(file, $0, socklen_t(MemoryLayout<sockaddr_un>.size)) == 0
            }
        }
        if isConnected { return file }
        close(file)
        return nil
    }
}
