import HTTPTypes
import Hummingbird
import NIOCore
import SweepAPI

/// `/v1/health`, `/v1/check`, `/v1/doctor`, `/v1/backup`, `/v1/datasets`, `/v1/metrics`, `/v1/openapi.json`.
struct DaemonController<Service: SweepService>: Sendable {
    let service: Service
    let metrics: PrometheusMetrics

    func add(to routes: RouterGroup<APIRequestContext>) {
        routes.get("health") { _, _ in try Response.json(await service.daemon()) }
        routes.post("check") { _, _ in try Response.json(try await service.check()) }
        routes.get("doctor") { _, _ in try Response.json(try await service.doctor()) }
        routes.get("backup") { _, context in
            let body = try FileBody.removing(try await service.backup(caller: try await context.caller()))
            return Response(status: .ok, headers: [.contentType: "application/vnd.sqlite3"], body: body)
        }
        routes.get("datasets") { _, _ in try Response.json(try await service.datasets()) }
        routes.post("datasets/{name}/check") { _, context in
            try Response.json(try await service.check(dataset: try context.datasetName()))
        }
        routes.get("metrics") { _, _ in
            let text = metrics.text(try await SweepGauges(service: service).samples())
            return Response(
                status: .ok, headers: [.contentType: "text/plain; version=0.0.4; charset=utf-8"],
                body: .init(byteBuffer: ByteBuffer(string: text)))
        }
        routes.get("openapi.json") { _, _ in
            Response(
                status: .ok, headers: [.contentType: WireCoder.mediaType],
                body: .init(byteBuffer: ByteBuffer(bytes: PackageResources.openapi_json)))
        }
    }
}
