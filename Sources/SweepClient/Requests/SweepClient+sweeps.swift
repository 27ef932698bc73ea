import NIOHTTP1
public import SweepAPI

extension SweepClient {
    /// The newest sweeps first.
    public func sweeps(limit: Int? = nil, before: Int64? = nil) async throws -> StatusReply {
        try await call(.GET, APIPath.sweeps, query: [("limit", limit.text), ("before", before.text)])
    }

    public func sweep(_ id: Int64) async throws -> SweepReply { try await call(.GET, APIPath.sweep(id)) }

    /// A large sweep takes its time, as in ``plan(_:)``.
    public func submit(_ request: SubmitRequest) async throws -> SubmitReply {
        try await call(.POST, APIPath.sweeps, body: request, timeout: nil)
    }

    public func plan(_ request: SubmitRequest) async throws -> PlanReply {
        try await call(.POST, APIPath.plan, body: request, timeout: nil)
    }

    public func best(_ sweep: Int64, top: Int? = nil) async throws -> BestReply {
        try await call(.GET, APIPath.best(sweep), query: [("top", top.text)])
    }

    public func audit(_ sweep: Int64) async throws -> AuditReply {
        try await call(.GET, APIPath.audit(sweep), timeout: nil)
    }

    public func change(_ sweep: Int64, _ verb: SweepVerb, reason: String? = nil) async throws -> SweepReply {
        try await call(.POST, APIPath.verb(verb, sweep), body: VerbRequest(reason: reason))
    }

    public func retry(_ sweep: Int64, _ request: RetryRequest) async throws -> RetryReply {
        try await call(.POST, APIPath.retry(sweep), body: request)
    }

    public func confirm(_ sweep: Int64, _ request: ConfirmRequest) async throws -> ConfirmReply {
        try await call(.POST, APIPath.confirm(sweep), body: request)
    }

    public func promote(_ request: PromoteRequest) async throws -> PromotionReply {
        try await call(.POST, APIPath.promotions, body: request, timeout: nil)
    }

    public func promotions(sweep: Int64? = nil) async throws -> PromotionsReply {
        try await call(.GET, APIPath.promotions, query: [("sweep", sweep.text)])
    }
}

extension Optional where Wrapped: BinaryInteger {
    var text: String? { map { String($0) } }
}
