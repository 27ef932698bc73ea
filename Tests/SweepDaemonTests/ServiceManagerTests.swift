import Dispatch
import Foundation
import Glibc
import Testing

@testable import SweepDaemon

@Suite struct ServiceManagerTests {
    /// A service manager's socket, and its path.
    private static func with(_ body: (Int32, String) throws -> Void) throws {
        let path = FileManager.default.temporaryDirectory.path + "/notify-\(UUID().uuidString.prefix(8))"
        let file = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        defer {
            close(file)
            unlink(path)
        }
        let bound = UnixAddress(path).withPointer { address, length in bind(file, address, length) }
        try #require(bound == 0)
        try body(file, path)
    }

    private static func received(_ file: Int32) -> String? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = recv(file, &bytes, bytes.count, Int32(MSG_DONTWAIT))
        return count < 0 ? nil : String(decoding: bytes.prefix(count), as: UTF8.self)
    }

    @Test func messagesAreLinesOfKeysAndValues() throws {
        try Self.with { file, path in
            let manager = ServiceManager(["NOTIFY_SOCKET": path, "WATCHDOG_USEC": "20000000"])
            manager.ready("idle")
            manager.status("busy")
            manager.feedWatchdog()
            #expect(manager.watchdogInterval == .seconds(10))
            #expect(Self.received(file) == "READY=1\nSTATUS=idle")
            #expect(Self.received(file) == "STATUS=busy")
            #expect(Self.received(file) == "WATCHDOG=1")
            #expect(Self.received(file) == nil)
        }
    }

    @Test func aManagerThatDoesNotReadHoldsNothingUp() throws {
        try Self.with { file, path in
            let manager = ServiceManager(["NOTIFY_SOCKET": path])
            let isDone = DispatchSemaphore(value: 0)
            DispatchQueue(label: "sender").async {
                for number in 0..<10_000 { manager.status("\(number)") }
                isDone.signal()
            }
            // A sender that waits does so until the socket is closed.
            #expect(isDone.wait(timeout: .now() + 60) == .success)
            #expect(Self.received(file) == "STATUS=0")
        }
    }
}
