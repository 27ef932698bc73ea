public import Hummingbird
import HummingbirdCore
public import Logging
import NIOPosix
public import SweepAPI

/// The HTTP side of the daemon, on a Unix socket.
public struct SweepHTTPServer<Service: SweepService> {
    private let service: Service
    private let metrics: PrometheusMetrics
    private let plotStyles: String

    /// - Parameter plotStyles: the stylesheet of the plots that `service` draws for the dashboard.
    public init(service: Service, metrics: PrometheusMetrics, plotStyles: String) {
        (self.service, self.metrics, self.plotStyles) = (service, metrics, plotStyles)
    }

    /// A service that listens on `socket` until graceful shutdown.
    ///
    /// - Parameters:
    ///   - connections: more wait in the socket's backlog.
    ///   - onListening: called once requests are answered.
    public func application(
        socket: String, connections: Int, logger: Logger, onListening: @escaping @Sendable () async -> Void
    ) -> some ApplicationProtocol {
        var http = HTTP1Channel.Configuration(idleTimeout: .seconds(600))
        http.httpDecoder = .init(
            maxHeaderFieldSize: RequestLimits.headerBytes, maxHeaderListSize: RequestLimits.headerBytes,
            maxHeaderFieldCount: 100)
        return Application(
            router: router(),
            server: .http1(configuration: http),
            configuration: .init(
                address: .unixDomainSocket(path: socket), serverName: "sweepd",
                availableConnectionsDelegate: MaximumAvailableConnections(connections)),
            onServerRunning: { _ in await onListening() },
            eventLoopGroupProvider: .shared(MultiThreadedEventLoopGroup(numberOfThreads: 1)),
            logger: logger)
    }

    func router() -> Router<APIRequestContext> {
        let router = servingRouter()
        router.refuseOtherMethods()
        return router
    }

    /// The routes that are served, without those that only refuse a method.
    func servingRouter() -> Router<APIRequestContext> {
        let router = Router(context: APIRequestContext.self)
        router.add(middleware: MethodMiddleware())
        router.add(middleware: MetricsMiddleware())
        router.add(middleware: WireMiddleware())
        let routes = router.group("v1")
        SweepsController(service: service).add(to: routes)
        TrialsController(service: service).add(to: routes)
        InsightController(service: service).add(to: routes)
        EventsController(service: service, pace: .live).add(to: routes)
        DaemonController(service: service, metrics: metrics).add(to: routes)
        DashboardController(plotStyles: plotStyles).add(to: router)
        return router
    }
}
