import Hummingbird
public import Logging
public import ServiceLifecycle
public import SweepAPI

/// The HTTP side of the daemon.
public struct SweepHTTPServer<Service: SweepService> {
    private let service: Service
    private let metrics: PrometheusMetrics
    private let plotStyles: String

    /// - Parameter plotStyles: the stylesheet of the plots that `service` draws for the dashboard.
    public init(service: Service, metrics: PrometheusMetrics, plotStyles: String) {
        (self.service, self.metrics, self.plotStyles) = (service, metrics, plotStyles)
    }

    /// A service that answers on all of `listeners` until graceful shutdown.
    ///
    /// - Parameter onListening: called once requests are answered, with where the listeners are.
    public func listening(
        on listeners: [Listener], limits: ConnectionLimits, administrators: Administrators, logger: Logger,
        onListening: @escaping @Sendable ([String]) async -> Void
    ) -> any ServiceLifecycle.Service {
        HTTPService(
            responder: router().buildResponder(), listeners: listeners, limits: limits,
            administrators: administrators, logger: logger, onListening: onListening)
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
