import SweepModel

/// What the scheduler may do with a sweep's trials.
enum SweepMode: Equatable {
    /// Admit and run.
    case open
    /// Save live trials; admit none.
    case paused
    /// Run live trials to their end; admit none.
    case draining
    /// Drop live trials within a slice.
    case ending
}

extension Scheduler {
    struct SweepPlan: Equatable {
        var id: Int64
        var priority: Int
        /// The sweep's own limit of live trials.
        var maxParallel: Int?
        var order: TrialOrder
        var mode: SweepMode
    }

    struct TrialPlan: Equatable {
        var id: Int64
        var sweep: Int64
        var index: Int
        /// Bytes that it takes while it is live.
        var memory: Int
        /// Fraction of its iterations that is done, 0…1.
        var progress: Double
    }

    struct SweepEntry {
        var plan: SweepPlan
        /// Trials that are not live, by index.
        var waiting: [Int64] = []
        /// Trials that hold memory, in order of admission.
        var live: [Int64] = []
        /// Seconds of slices so far.
        var served = 0.0
        var isReportedDrained = false

        init(_ plan: SweepPlan) { self.plan = plan }

        /// Puts a trial back where its index belongs.
        mutating func enqueue(_ id: Int64, by trials: [Int64: TrialEntry]) {
            let index = trials[id]?.plan.index ?? .max
            let place = waiting.firstIndex { (trials[$0]?.plan.index ?? .max) > index } ?? waiting.endIndex
            waiting.insert(id, at: place)
        }
    }

    struct TrialEntry {
        var plan: TrialPlan
        var progress: Double
        var isLive = false
        var isOnWorker = false
        /// Whether its row is `running`.
        var hasStarted = false

        init(_ plan: TrialPlan) { (self.plan, progress) = (plan, plan.progress) }
    }
}
