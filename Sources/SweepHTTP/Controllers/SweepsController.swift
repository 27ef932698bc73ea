import Hummingbird
import SweepAPI
import SweepModel

/// `/v1/sweeps` and `/v1/plan`.
struct SweepsController<Service: SweepService>: Sendable {
    let service: Service

    func add(to routes: RouterGroup<APIRequestContext>) {
        routes.get("sweeps", use: list)
        routes.post("sweeps", use: submit)
        routes.post("plan") { request, _ in
            try Response.json(try await service.plan(try await request.json(SubmitRequest.self)))
        }
        routes.get("sweeps/{id}") { _, context in
            try Response.json(try await service.sweep(try context.id("sweep")))
        }
        routes.get("sweeps/{id}/trials", use: trials)
        routes.get("sweeps/{id}/best") { request, context in
            let top = try request.integer("top", default: 1, in: 1...RequestLimits.page)
            return try Response.json(try await service.best(try context.id("sweep"), top: top))
        }
        routes.get("sweeps/{id}/audit") { _, context in
            try Response.json(try await service.audit(try context.id("sweep")))
        }
        routes.post("sweeps/{id}/retry") { request, context in
            let (id, body) = (try context.id("sweep"), try await request.json(RetryRequest.self))
            return try Response.json(try await service.retry(id, body, caller: try await context.caller()))
        }
        for verb in SweepVerb.allCases {
            routes.post("sweeps/{id}/\(verb.rawValue)") { request, context in
                let (id, body) = (try context.id("sweep"), try await request.json(VerbRequest.self))
                return try Response.json(
                    try await service.perform(verb, on: id, body, caller: try await context.caller()))
            }
        }
    }

    @Sendable private func list(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let limit = try request.integer("limit", default: 50, in: 1...RequestLimits.page)
        let before = try request.integer("before", default: 0, in: 0...Int.max)
        return try .json(try await service.status(before: before == 0 ? nil : Int64(before), limit: limit))
    }

    @Sendable private func submit(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let body = try await request.json(SubmitRequest.self)
        let reply = try await service.submit(body, caller: try await context.caller())
        return try .json(reply, status: reply.replayed ? .ok : .created)
    }

    @Sendable private func trials(_ request: Request, _ context: APIRequestContext) async throws -> Response {
        let query = TrialQuery(
            sweep: try context.id("sweep"), states: Set(try request.words("state", TrialState.self)),
            order: try request.word("sort", SortKey.self)?.order ?? .index,
            limit: try request.integer("limit", default: RequestLimits.page, in: 1...RequestLimits.page),
            offset: try request.integer("offset", default: 0, in: 0...Int(Int32.max)))
        return try .json(try await service.trials(query))
    }
}

private enum SortKey: String, CaseIterable {
    case index
    case valAccuracy = "val_accuracy"
    case valLoss = "val_loss"

    var order: TrialQuery.Order {
        switch self {
        case .index: .index
        case .valAccuracy: .metric(.valAccuracy)
        case .valLoss: .metric(.valLoss)
        }
    }
}
