import Hummingbird

/// A request's surroundings: Hummingbird's own, and the port at the other end.
struct ProxyContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let peerPort: Int?

    init(source: ApplicationRequestContextSource) {
        coreContext = CoreRequestContextStorage(source: source)
        peerPort = source.channel.remoteAddress?.port
    }
}
