/// What lets this client in over TCP.
public struct ClientAccess: Sendable, Equatable {
    /// The daemon's token; nil when none is given.
    public var token: String?
    /// What named the token.
    public var source: String?
    /// A file of certificates, PEM, that are trusted in place of the system's.
    public var certificates: String?

    /// The longest token file that is read, in bytes.
    public static let longestFile = 64 << 10

    public init(token: String? = nil, source: String? = nil, certificates: String? = nil) {
        (self.token, self.source, self.certificates) = (token, source, certificates)
    }

    /// The token of `--token-file`, `SWEEPD_TOKEN` or `SWEEPD_TOKEN_FILE`, the first of these, and the certificates of
    /// `SWEEPD_CA_FILE`; an empty variable counts as not set. Over a Unix socket nothing of it is looked at.
    ///
    /// - Parameters:
    ///   - option: the value of `--token-file`.
    ///   - read: gives the content of a file.
    /// - Throws: ``ClientError`` with the code `invalidToken`.
    public static func choose(
        for address: DaemonAddress, option: String?, environment: [String: String],
        read: (String) throws -> [UInt8]
    ) throws(ClientError) -> ClientAccess {
        if case .unix = address { return ClientAccess() }
        func variable(_ name: String) -> String? { environment[name].flatMap { $0.isEmpty ? nil : $0 } }
        var access = ClientAccess(certificates: variable("SWEEPD_CA_FILE"))
        if let option {
            (access.token, access.source) = (try token(in: option, "--token-file", read), "--token-file")
        } else if let token = variable("SWEEPD_TOKEN") {
            (access.token, access.source) = (try checked(token, "SWEEPD_TOKEN"), "SWEEPD_TOKEN")
        } else if let file = variable("SWEEPD_TOKEN_FILE") {
            (access.token, access.source) = (try token(in: file, "SWEEPD_TOKEN_FILE", read), "SWEEPD_TOKEN_FILE")
        }
        if access.token != nil, !address.keepsSecrets { throw ClientError.tokenInTheOpen(address) }
        return access
    }

    private static func token(
        in path: String, _ source: String, _ read: (String) throws -> [UInt8]
    ) throws(ClientError) -> String {
        let content: [UInt8]
        do {
            content = try read(path)
        } catch {
            throw ClientError(.invalidToken, "\(source): the token file \(path) cannot be read: \(error)", cause: error)
        }
        let line = content.prefix { $0 != UInt8(ascii: "\n") && $0 != UInt8(ascii: "\r") }
        return try checked(String(decoding: line, as: UTF8.self), "\(source): the first line of \(path)")
    }

    private static func checked(_ token: String, _ source: String) throws(ClientError) -> String {
        guard !token.isEmpty, token.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
            throw ClientError(
                .invalidToken, "\(source) is no token; it is the first line of the daemon's http_token_file")
        }
        return token
    }
}

extension DaemonAddress {
    /// Whether what is sent there stays on this machine, or is encrypted.
    var keepsSecrets: Bool {
        switch self {
        case .unix, .https: true
        case .tcp(let host, _): host == "localhost" || host == "::1" || Self.isLoopback(host)
        }
    }

    /// Four numbers of which the first is 127; a name that begins alike is anybody's.
    private static func isLoopback(_ host: String) -> Bool {
        let parts = host.split(separator: ".", omittingEmptySubsequences: false)
        return parts.count == 4 && parts[0] == "127" && parts.allSatisfy { UInt8($0) != nil }
    }
}
