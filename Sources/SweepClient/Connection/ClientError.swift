public import SweepAPI

/// Why a request got no proper answer. The message says where it was sent, what went wrong and how to mend it.
public struct ClientError: Error, Sendable {
    public enum Code: Sendable, Equatable {
        /// No socket there, or nobody listens on it.
        case notRunning
        /// The socket may not be opened by this user.
        case notPermitted
        /// The daemon speaks another version of the wire.
        case otherVersion
        /// The daemon refused the request and said why.
        case problem(Problem)
        /// The connection ended before the answer was whole.
        case connectionLost
        /// The answer did not come in time.
        case noAnswer
        /// Something answered, but not as a daemon would.
        case unexpectedReply
        /// The address cannot be read.
        case invalidAddress
        /// The token, or the certificates to trust, cannot be read, or must not be sent there.
        case invalidToken
        /// The daemon does not prove that it is the one.
        case notTrusted
    }

    public var code: Code
    public var message: String
    public var cause: (any Error)?

    public init(_ code: Code, _ message: String, cause: (any Error)? = nil) {
        (self.code, self.message, self.cause) = (code, message, cause)
    }

    /// How a command that ends with this error exits.
    public var exitStatus: ExitStatus {
        switch code {
        case .notRunning, .connectionLost, .noAnswer, .unexpectedReply, .notTrusted: .unreachable
        case .notPermitted: .notPermitted
        case .otherVersion: .versionMismatch
        case .problem(let problem): problem.code.exitStatus
        case .invalidAddress, .invalidToken: .usage
        }
    }
}

extension ClientError: CustomStringConvertible {
    public var description: String { message }
}

extension ClientError {
    static func notRunning(_ address: DaemonAddress, _ why: String, cause: (any Error)? = nil) -> ClientError {
        ClientError(
            .notRunning,
            "sweepd is not running: nothing answers at \(address) (\(why)); start it with `systemctl start sweepd`, "
                + "or in the foreground with `sweepd serve`",
            cause: cause)
    }

    static func notPermitted(_ address: DaemonAddress, cause: (any Error)? = nil) -> ClientError {
        ClientError(
            .notPermitted,
            "not permitted to open \(address) (permission denied); join the group sweepd with "
                + "`sudo usermod -aG sweepd $USER`, then log in again",
            cause: cause)
    }

    static func otherVersion(_ address: DaemonAddress, theirs: String) -> ClientError {
        ClientError(
            .otherVersion,
            "the daemon at \(address) speaks wire version \(theirs), this sweepctl (\(APIVersion.program)) speaks "
                + "\(APIVersion.wire); install the same version of both, then `systemctl restart sweepd`")
    }

    static func connectionLost(_ address: DaemonAddress, cause: (any Error)? = nil) -> ClientError {
        ClientError(
            .connectionLost,
            "the connection to sweepd at \(address) was lost before it had answered; see whether it still runs with "
                + "`systemctl status sweepd`, then try again",
            cause: cause)
    }

    static func noAnswer(_ address: DaemonAddress, cause: (any Error)? = nil) -> ClientError {
        ClientError(
            .noAnswer,
            "no answer from sweepd at \(address) within \(SweepClient.patienceSeconds) s; it may still be at it: "
                + "look at `sweepctl status` before you send a change again",
            cause: cause)
    }

    static func unexpectedReply(_ address: DaemonAddress, _ why: String, cause: (any Error)? = nil) -> ClientError {
        ClientError(
            .unexpectedReply,
            "what answers at \(address) does not answer like sweepd: \(why); check --socket and SWEEPD_SOCKET",
            cause: cause)
    }

    static func tokenInTheOpen(_ address: DaemonAddress) -> ClientError {
        ClientError(
            .invalidToken,
            "the token would cross the network as plain text on the way to \(address); give the daemon a certificate and "
                + "use https://HOST:PORT, or go through `ssh -L`")
    }

    /// The daemon has answered 401.
    static func unauthorized(_ address: DaemonAddress, _ access: ClientAccess, _ problem: Problem) -> ClientError {
        guard let source = access.source else {
            return ClientError(
                .problem(problem),
                "\(address) wants the daemon's token; name its file with --token-file or SWEEPD_TOKEN_FILE, or set "
                    + "SWEEPD_TOKEN")
        }
        return ClientError(
            .problem(problem),
            "\(address) does not take the token of \(source): it is the wrong one; take the first line of the daemon's "
                + "http_token_file")
    }

    static func notTrusted(_ address: DaemonAddress, cause: any Error) -> ClientError {
        let reason = tlsReason(cause)
        if reason == "wrong version number" {
            return ClientError(
                .notTrusted, "\(address) does not speak TLS; write http:// where the daemon has no http_certificate",
                cause: cause)
        }
        return ClientError(
            .notTrusted,
            "no trusted connection to \(address): \(reason); see that its http_certificate is for this name, and name a "
                + "private authority's certificate in SWEEPD_CA_FILE",
            cause: cause)
    }

    /// The words of BoringSSL's reason, such as `certificate verify failed`, without where in its source it stands.
    private static func tlsReason(_ cause: any Error) -> String {
        let text = "\(cause)"
        guard let mark = text.firstRange(of: "OPENSSL_internal:") else { return text }
        return text[mark.upperBound...].prefix { $0 != " " }.lowercased().replacing("_", with: " ")
    }
}
