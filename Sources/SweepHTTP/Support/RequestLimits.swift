/// What a client may ask for at once.
enum RequestLimits {
    static let bodyBytes = 4 << 20
    /// Of all header fields together.
    static let headerBytes = 16 << 10
    static let page = 1000
    /// Event streams that one user may have open: each keeps a connection.
    static let streamsOfOneUser = 32
}
