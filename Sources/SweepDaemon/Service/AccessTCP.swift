import FoundationEssentials
import Glibc
import SweepAPI
import SweepHTTP

/// The listener on TCP, as the keys that begin with `http` say.
struct AccessTCP {
    let text: String
    let isLoopback: Bool
    let tls: Listener.TLS?
    let listener: Listener

    /// Nil without the key `http`.
    ///
    /// - Throws: a ``DaemonFailure`` for what would let in whoever does not belong.
    init?(_ settings: Settings, _ environment: [String: String]) throws {
        guard let text = settings.http else { return nil }
        func fail(_ words: String) -> DaemonFailure { DaemonFailure(.configuration, words) }
        guard let address = ListenAddress(text) else {
            throw fail("http is \"\(text)\"; write HOST:PORT, as in 127.0.0.1:7070 or [::1]:7070")
        }
        let token = try Self.token(settings, environment)
        let resolved: ListenAddress.Resolved
        do {
            resolved = try address.resolved()
        } catch {
            throw fail("http: the host \(address.host) is not known (\(error))")
        }
        isLoopback = resolved.isLoopback
        guard isLoopback || settings.httpAllowRemote == 1 else {
            throw fail(
                "http is \"\(text)\", which others can reach; write an address of loopback, or allow it with "
                    + "http_allow_remote: 1")
        }
        tls = try Self.tls(settings)
        self.text = text
        listener = .tcp(resolved, host: address.host, token: token, tls: tls)
    }

    private static func token(_ settings: Settings, _ environment: [String: String]) throws -> BearerToken {
        let credential = environment["CREDENTIALS_DIRECTORY"].map { $0 + "/sweepd-token" }
        let path = settings.httpTokenFile ?? credential.flatMap { access($0, F_OK) == 0 ? $0 : nil }
        guard let path else {
            throw DaemonFailure(
                .configuration,
                "http needs a token; make one with `head -c 32 /dev/urandom | base64 > FILE && chmod 600 FILE`, and name "
                    + "the file in http_token_file, or as systemd's credential sweepd-token")
        }
        let content = try SecretFile.read(path, key: "http_token_file")
        let line = content.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        guard let token = BearerToken(String(decoding: line, as: UTF8.self)) else {
            throw DaemonFailure(
                .configuration,
                "http_token_file: the first line of \(path) is no token; write at least \(BearerToken.shortest) letters "
                    + "and digits, without spaces")
        }
        return token
    }

    private static func tls(_ settings: Settings) throws -> Listener.TLS? {
        switch (settings.httpCertificate, settings.httpPrivateKey) {
        case (nil, nil): return nil
        case (_?, nil):
            throw DaemonFailure(.configuration, "http_certificate needs its key; set http_private_key too")
        case (nil, _?):
            throw DaemonFailure(.configuration, "http_private_key needs its certificate; set http_certificate too")
        case (let certificate?, let key?):
            // TLS would take it anyway; that others can read it is what is wrong.
            _ = try SecretFile.read(key, key: "http_private_key")
            do throws(AccessError) {
                return try TLSFiles.configuration(certificate: certificate, privateKey: key)
            } catch {
                throw DaemonFailure(.configuration, error.message)
            }
        }
    }
}

/// A file that only its owner, and a group that it was given to, may read.
enum SecretFile {
    private static let longest = 64 << 10

    /// - Throws: a ``DaemonFailure`` that names the key and the remedy.
    static func read(_ path: String, key: String) throws -> [UInt8] {
        func fail(_ words: String) -> DaemonFailure { DaemonFailure(.configuration, "\(key): \(path) \(words)") }
        // Not to wait for the writer of a pipe.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { throw fail("cannot be opened: \(String(cString: strerror(errno)))") }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { throw fail("is no regular file") }
        guard status.st_mode & 0o006 == 0 else {
            throw fail("can be read by everybody on this box; run `chmod 600 \(path)`, and make a new secret")
        }
        var bytes = [UInt8](repeating: 0, count: longest)
        let count = Glibc.read(file, &bytes, bytes.count)
        guard count >= 0 else { throw fail("cannot be read: \(String(cString: strerror(errno)))") }
        return Array(bytes.prefix(count))
    }
}
