import HTTPTypes
import Hummingbird
import NIOCore
import SweepAPI
import SweepModel

/// What is said and drawn about sweeps and trials: curves, tables, plots, diagnoses, reports; and `/v1/box`.
struct InsightController<Service: SweepService>: Sendable {
    let service: Service

    func add(to routes: RouterGroup<APIRequestContext>) {
        addSweepRoutes(to: routes)
        routes.get("trials/{id}/diagnosis") { _, context in
            try Response.json(try await service.diagnosis(trial: try context.id("trial")))
        }
        routes.get("trials/{id}/plots/{plot}") { request, context in
            let kind = try context.word("plot", TrialPlotKind.self)
            let trial = try context.id("trial")
            return Response(try await service.plot(kind, of: trial, try PlotQuery(request)))
        }
        routes.get("plots/workers") { request, _ in
            Response(try await service.workerTimeline(try PlotQuery(request)))
        }
        routes.get("box") { _, _ in try Response.json(try await service.box()) }
    }

    private func addSweepRoutes(to routes: RouterGroup<APIRequestContext>) {
        routes.get("sweeps/{id}/curves") { _, context in
            try Response.json(try await service.curves(try context.id("sweep")))
        }
        routes.get("sweeps/{id}/table") { _, context in
            try Response.json(try await service.table(try context.id("sweep")))
        }
        routes.get("sweeps/{id}/importance") { _, context in
            try Response.json(try await service.importance(try context.id("sweep")))
        }
        routes.get("sweeps/{id}/diagnosis") { _, context in
            try Response.json(try await service.diagnosis(sweep: try context.id("sweep")))
        }
        routes.get("sweeps/{id}/refinement") { request, context in
            let trials = try request.query("trials").integer("trials", in: 1...SweepSpec.maximumTrials)
            return try Response.json(try await service.refinement(try context.id("sweep"), trials: trials))
        }
        routes.get("sweeps/{id}/plots/{plot}") { request, context in
            let kind = try context.word("plot", SweepPlotKind.self)
            let sweep = try context.id("sweep")
            return Response(try await service.plot(kind, of: sweep, try PlotQuery(request)))
        }
        routes.get("sweeps/{id}/report") { request, context in
            let format = try request.query("format").word("format", ReportFormat.self) ?? .html
            return Response(try await service.report(try context.id("sweep"), format))
        }
    }
}

extension PlotQuery {
    init(_ request: Request) throws {
        let query = try Query(request, Self.names)
        self.init(
            format: try query.word("format", Format.self) ?? .svg, width: try query.integer("width", in: Self.widths),
            theme: try query.word("theme", Theme.self) ?? .auto, embedded: try query.flag("embedded"),
            id: try query.identifier("id"), x: query.text("x"), y: query.text("y"),
            metric: try query.word("metric", Metric.self), value: try query.word("value", Value.self) ?? .best,
            colors: try query.word("colors", Colors.self) ?? .none, ascii: try query.flag("ascii"))
    }
}

extension Response {
    /// A finished file. What it draws comes from users' words: no browser may run any of it.
    fileprivate init(_ document: Document) {
        self.init(
            status: .ok,
            headers: [
                .contentType: document.mediaType, .cacheControl: "no-store", .xContentTypeOptions: "nosniff",
                .contentSecurityPolicy: "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox",
            ],
            body: .init(byteBuffer: ByteBuffer(bytes: document.bytes)))
    }
}
