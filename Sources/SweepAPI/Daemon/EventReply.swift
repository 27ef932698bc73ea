public import FoundationEssentials
public import SweepModel

/// A stored event: an element of `GET /v1/events` as JSON, or one message of the event stream whose `id` is `seq`.
public struct EventReply: Codable, Sendable, Equatable {
    public var seq: Int64
    public var at: Date
    public var kind: EventContent.Kind
    @OrNull public var sweep: Int64?
    @OrNull public var trial: Int64?
    @OrNull public var uid: Int?
    @OrNull public var pid: Int?
    public var detail: String

    public init(_ event: Event) {
        seq = event.sequence
        at = event.at
        kind = event.content.kind
        sweep = event.content.sweep
        trial = event.content.trial
        uid = event.content.caller?.uid
        pid = event.content.caller?.pid
        detail = event.content.detail
    }
}

/// `GET /v1/events` with `Accept: application/json`.
public struct EventsReply: Codable, Sendable, Equatable {
    public var events: [EventReply]

    public init(events: [EventReply]) { self.events = events }
}

/// The names of the messages in the event stream (`GET /v1/events` with `Accept: text/event-stream`).
public enum StreamMessage {
    /// An ``EventReply``; has an `id`, with which `Last-Event-ID` resumes.
    public static let event = "event"
    /// A ``SweepReply`` of a sweep that moved; without `id`, at most four times a second.
    public static let sweep = "sweep"
}

/// `GET /v1/datasets`.
public struct DatasetsReply: Codable, Sendable, Equatable {
    public var dataDirectory: String
    public var datasets: [DatasetReply]

    enum CodingKeys: String, CodingKey {
        case datasets
        case dataDirectory = "data_dir"
    }

    public init(dataDirectory: String, datasets: [DatasetReply]) {
        (self.dataDirectory, self.datasets) = (dataDirectory, datasets)
    }
}

public struct DatasetReply: Codable, Sendable, Equatable {
    public var name: String
    /// Where it is; nil when it is not there.
    @OrNull public var location: String?
    @OrNull public var layout: String?
    @OrNull public var trainSamples: Int?
    @OrNull public var testSamples: Int?
    @OrNull public var bytes: Int?
    /// Why it cannot be used; nil when it can, or is not there.
    @OrNull public var problem: String?

    enum CodingKeys: String, CodingKey {
        case name, location, layout, bytes, problem
        case trainSamples = "train_samples"
        case testSamples = "test_samples"
    }

    public init(
        name: String, location: String?, layout: String?, trainSamples: Int?, testSamples: Int?, bytes: Int?,
        problem: String? = nil
    ) {
        (self.name, self.location, self.layout) = (name, location, layout)
        (self.trainSamples, self.testSamples, self.bytes) = (trainSamples, testSamples, bytes)
        self.problem = problem
    }
}
