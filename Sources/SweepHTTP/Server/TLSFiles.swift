public import HummingbirdTLS
import NIOSSL

/// Certificate and key as files.
public enum TLSFiles {
    /// Reads both, PEM.
    ///
    /// - Throws: an ``AccessError`` that names the file.
    public static func configuration(certificate: String, privateKey: String) throws(AccessError) -> TLSConfiguration {
        let chain: [NIOSSLCertificate]
        do {
            chain = try NIOSSLCertificate.fromPEMFile(certificate)
        } catch {
            throw AccessError("http_certificate: \(certificate) cannot be read as certificates in PEM (\(error))")
        }
        guard !chain.isEmpty else { throw AccessError("http_certificate: \(certificate) has no certificate") }
        let key: NIOSSLPrivateKey
        do {
            key = try NIOSSLPrivateKey(file: privateKey, format: .pem)
        } catch {
            throw AccessError("http_private_key: \(privateKey) cannot be read as a private key in PEM (\(error))")
        }
        var configuration = TLSConfiguration.makeServerConfiguration(
            certificateChain: chain.map { .certificate($0) }, privateKey: .privateKey(key))
        configuration.minimumTLSVersion = .tlsv12
        configuration.applicationProtocols = ["http/1.1"]
        do {
            // Finds a key that is not the certificate's.
            _ = try NIOSSLContext(configuration: configuration)
        } catch {
            throw AccessError(
                "http_private_key: \(privateKey) does not fit http_certificate \(certificate) (\(error))")
        }
        return configuration
    }
}

/// Why the daemon cannot listen as configured: one sentence.
public struct AccessError: Error, Sendable {
    public let message: String

    init(_ message: String) { self.message = message }
}
