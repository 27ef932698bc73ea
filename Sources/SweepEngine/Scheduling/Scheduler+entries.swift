import SweepModel

/// What the scheduler may do with a sweep's trials. A sweep that is stopped stays `open`: what may not run any more has
/// left it (``Scheduler/dropUnstarted(sweep:)``).
enum SweepMode: Equatable {
    /// Admit and run.
    case open
    /// Save live trials; admit none.
    case paused
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
        /// What it holds together with others while it is live.
        var shared: SharedMemory?
        /// Fraction of its iterations that is done, 0…1.
        var progress: Double
        /// It may end the process: no other slice runs beside one of its own.
        var isSuspect = false
        /// It may not be admitted: it waits for a choice or a verdict, and not for a worker.
        var isHeld = false
    }

    /// Memory that is there once for all live trials that name it.
    struct SharedMemory: Equatable {
        var name: String
        var bytes: Int
    }

    struct SweepEntry {
        var plan: SweepPlan
        /// Trials that may be admitted, by index.
        var waiting: [Int64] = []
        /// Trials that hold memory, in order of admission.
        var live: [Int64] = []
        /// Trials whose checkpoint is on its way to the disk.
        var stored: Set<Int64> = []
        /// Trials that wait until ``Scheduler/free(_:)``.
        var held: Set<Int64> = []
        /// Seconds of slices so far.
        var served = 0.0
        /// Trials are about to be added: the sweep has not come to its end.
        var isHeld = false
        var isReportedDrained = false

        init(_ plan: SweepPlan) { self.plan = plan }

        var isEmpty: Bool { live.isEmpty && waiting.isEmpty && stored.isEmpty && held.isEmpty }

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
        var place = Place.waiting
        /// Whether the worker saves it rather than trains it.
        var isSaving = false
        var worker: Int?
        /// Once its checkpoint is on the disk, it waits on.
        var isHeld: Bool

        init(_ plan: TrialPlan) {
            (self.plan, progress, isHeld) = (plan, plan.progress, plan.isHeld)
            if isHeld { place = .held }
        }

        var isLive: Bool { place == .admitted || place == .started }

        enum Place {
            case waiting
            /// Holds memory; no slice has begun, so its row is still `queued`.
            case admitted
            /// Holds memory, and its row is `running`.
            case started
            /// Its checkpoint is on its way to the disk, and then its row to `queued`.
            case stored
            /// Holds no memory, its row is `queued`, and it may not be admitted yet.
            case held
        }
    }
}
