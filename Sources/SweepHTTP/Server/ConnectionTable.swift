import NIOCore
import Synchronization

/// The open connections of all listeners.
final class ConnectionTable: Sendable {
    private struct State {
        var open: [ObjectIdentifier: any Channel] = [:]
        var openTCP = 0
        /// Listeners that would accept more: read again when there is room.
        var waiting: [ObjectIdentifier: (listener: any Channel, isTCP: Bool)] = [:]
        var listeners: [any Channel] = []
        var isStopping = false
    }

    private let limits: ConnectionLimits
    private let state = Mutex(State())

    init(_ limits: ConnectionLimits) { self.limits = limits }

    func add(listener: any Channel) {
        let isStopping = state.withLock { state in
            state.listeners.append(listener)
            return state.isStopping
        }
        if isStopping { listener.close(promise: nil) }
    }

    /// True when a listener may accept one; else it is read again once it may.
    func mayAccept(_ listener: any Channel, isTCP: Bool) -> Bool {
        state.withLock { state in
            if hasRoom(state, isTCP) { return true }
            state.waiting[ObjectIdentifier(listener)] = (listener, isTCP)
            return false
        }
    }

    func opened(_ channel: any Channel, isTCP: Bool) {
        state.withLock { state in
            state.open[ObjectIdentifier(channel)] = channel
            if isTCP { state.openTCP += 1 }
        }
        channel.closeFuture.whenComplete { [self] _ in closed(channel, isTCP) }
    }

    /// True when a connection that has just been set up must end after its first request.
    var isStopping: Bool { state.withLock { $0.isStopping } }

    var count: Int { state.withLock { $0.open.count } }

    /// Accepts nothing more, ends idle connections at once and busy ones with their answers; those that are still busy
    /// after ``ConnectionLimits/farewell`` are cut off.
    func stop() {
        let (listeners, open) = state.withLock { state in
            state.isStopping = true
            return (state.listeners, Array(state.open.values))
        }
        for listener in listeners { listener.close(promise: nil) }
        for channel in open { channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent()) }
        _ = listeners.first?.eventLoop.scheduleTask(in: limits.farewell) { [self] in
            for channel in state.withLock({ Array($0.open.values) }) { channel.close(promise: nil) }
        }
    }

    private func closed(_ channel: any Channel, _ isTCP: Bool) {
        let ready = state.withLock { state in
            state.open[ObjectIdentifier(channel)] = nil
            if isTCP { state.openTCP -= 1 }
            let ready = state.waiting.filter { hasRoom(state, $0.value.isTCP) }
            for id in ready.keys { state.waiting[id] = nil }
            return ready.values.map(\.listener)
        }
        for listener in ready { listener.read() }
    }

    private func hasRoom(_ state: borrowing State, _ isTCP: Bool) -> Bool {
        state.open.count < limits.connections && (!isTCP || state.openTCP < limits.tcpConnections)
    }
}
