import SweepAPI
import Testing

@testable import SweepClient

struct DaemonAddressTests {
    @Test(arguments: [
        ("/run/sweepd/sweepd.sock", DaemonAddress.unix(path: "/run/sweepd/sweepd.sock")),
        ("here.sock", .unix(path: "here.sock")),
        ("unix:/a b", .unix(path: "/a b")),
        ("unix:///a", .unix(path: "/a")),
        ("tcp://box:8080", .tcp(host: "box", port: 8080)),
        ("http://127.0.0.1:8080/", .tcp(host: "127.0.0.1", port: 8080)),
        ("tcp://[::1]:8080", .tcp(host: "::1", port: 8080)),
        ("https://box:443", .https(host: "box", port: 443)),
        ("https://[::1]:8443/", .https(host: "::1", port: 8443)),
    ])
    func readsPathsAndHosts(text: String, address: DaemonAddress) throws {
        #expect(try DaemonAddress(parsing: text) == address)
        #expect(try DaemonAddress(parsing: address.description) == address)
    }

    @Test(arguments: [
        "", "unix:", "tcp://box", "tcp://box:", "tcp://box:0", "tcp://box:65536", "tcp://:80", "tcp://::1:80",
        "http://box:80/v1", "https://box", "ftp://box:21", "/" + String(repeating: "x", count: 107),
    ])
    func refusesOthersAndSaysWhatToWrite(text: String) throws {
        let error = try #require(throws: ClientError.self) { try DaemonAddress(parsing: text) }
        #expect(error.code == .invalidAddress)
        #expect(error.exitStatus == .usage)
        #expect(error.message.hasSuffix("give a path, tcp://HOST:PORT or https://HOST:PORT"))
    }

    @Test func aPathIsEncodedForTheHTTPClient() {
        #expect(DaemonAddress.unix(path: "/tmp/a b/ü.sock").baseURL == "http+unix://%2Ftmp%2Fa%20b%2F%C3%BC.sock")
        #expect(DaemonAddress.tcp(host: "::1", port: 80).baseURL == "http://[::1]:80")
        #expect(DaemonAddress.https(host: "box", port: 443).baseURL == "https://box:443")
    }
}
