/* SPDX-License-Identifier: Apache-2.0 */
package io.kafkacourier.benchmarks.measure;

import java.lang.management.ManagementFactory;
import java.util.LinkedHashMap;
import java.util.Map;
import org.apache.kafka.common.utils.AppInfoParser;

/** Describes the machine on which figures were measured, without its name. */
final class Machine {

    private Machine() {}

    /** Everything that affects the figures: cores, memory, versions and the load of the machine. */
    static Map<String, Object> describe() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        Map<String, Object> machine = new LinkedHashMap<>();
        machine.put("cores", Runtime.getRuntime().availableProcessors());
        machine.put("memory_mb", memoryMb(system));
        machine.put("os", system.getName() + " " + system.getVersion() + " " + system.getArch());
        machine.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
        machine.put("kafka", AppInfoParser.getVersion());
        machine.put("load_average", system.getSystemLoadAverage());
        return machine;
    }

    private static long memoryMb(java.lang.management.OperatingSystemMXBean system) {
        return system instanceof com.sun.management.OperatingSystemMXBean bean
                ? bean.getTotalMemorySize() / (1024 * 1024)
                : -1;
    }
}
