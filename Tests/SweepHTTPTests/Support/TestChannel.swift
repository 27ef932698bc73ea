import NIOCore
import NIOEmbedded

/// A connection that nobody is at the other end of.
enum TestChannel {
    static func make() -> any Channel { NIOAsyncTestingChannel() }
}
