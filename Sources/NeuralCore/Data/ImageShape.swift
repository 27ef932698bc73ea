import CKernels

/// The shape of an image whose values lie in the order height, width, channel.
public struct ImageShape: Sendable, Hashable {
    public let height: Int
    public let width: Int
    public let channels: Int

    public init(height: Int, width: Int, channels: Int) {
        (self.height, self.width, self.channels) = (height, width, channels)
    }

    /// Height × width × channels.
    public var size: Int { height * width * channels }

    var kernelShape: ck_image { ck_image(height: Int64(height), width: Int64(width), channels: Int64(channels)) }
}
