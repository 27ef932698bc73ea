import NIOCore
import Testing

@testable import SweepHTTP

struct ListenAddressTests {
    @Test(arguments: [
        (0, "Thu, 01 Jan 1970 00:00:00 GMT"), (784_111_777, "Sun, 06 Nov 1994 08:49:37 GMT"),
        (951_782_399, "Mon, 28 Feb 2000 23:59:59 GMT"), (951_782_400, "Tue, 29 Feb 2000 00:00:00 GMT"),
        (4_107_542_400, "Mon, 01 Mar 2100 00:00:00 GMT"), (1_735_689_599, "Tue, 31 Dec 2024 23:59:59 GMT"),
    ])
    func datesAreWrittenAsHTTPWantsThem(seconds: Int, text: String) { #expect(HTTPDate.text(seconds) == text) }

    @Test(arguments: [
        ("127.0.0.1:7070", "127.0.0.1", 7070), ("box:0", "box", 0), ("[::1]:80", "::1", 80),
    ])
    func anAddressIsHostAndPort(text: String, host: String, port: Int) throws {
        let address = try #require(ListenAddress(text))
        #expect((address.host, address.port) == (host, port))
    }

    @Test(arguments: [
        "7070", ":7070", "box", "box:", "box:65536", "box:-1", "::1:80", "http://box:80", "[]:80", "a b:80", "",
    ])
    func whatIsNoneIsRefused(text: String) { #expect(ListenAddress(text) == nil) }

    @Test(arguments: [
        ("127.0.0.1:1", true), ("127.9.9.9:1", true), ("[::1]:1", true), ("0.0.0.0:1", false), ("[::]:1", false),
        ("192.0.2.1:1", false),
    ])
    func onlyLoopbackIsLoopback(text: String, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(try address.resolved().isLoopback == isLoopback)
    }
}
