import Glibc

/// Standard output and error, unbuffered: a line that was printed is out even if the process dies.
enum StandardStream: Int32 {
    case output = 1
    case error = 2

    func print(_ line: String) {
        var bytes = Array((line + "\n").utf8)[...]
        while !bytes.isEmpty {
            let count = bytes.withUnsafeBytes { write(rawValue, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            // Nobody reads any more, or nothing can be written: there is nowhere to say so.
            guard count > 0 else { return }
            bytes = bytes.dropFirst(count)
        }
    }
}
